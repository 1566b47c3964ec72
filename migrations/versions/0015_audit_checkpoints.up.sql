SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE audit_checkpoints (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tree_size BIGINT NOT NULL,
    heads JSONB NOT NULL,
    merkle_root TEXT NOT NULL,
    key_id TEXT NOT NULL,
    prev_merkle_root TEXT,
    signature BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_checkpoints PRIMARY KEY (id),
    CONSTRAINT uq_audit_checkpoints_prev_merkle_root UNIQUE NULLS NOT DISTINCT (prev_merkle_root),
    CONSTRAINT ck_audit_checkpoints_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_audit_checkpoints_tree_size_non_negative CHECK (tree_size >= 0),
    CONSTRAINT ck_audit_checkpoints_heads_array CHECK (jsonb_typeof(heads) = 'array'),
    CONSTRAINT ck_audit_checkpoints_heads_size CHECK (octet_length(heads::text) <= 65536),
    CONSTRAINT ck_audit_checkpoints_merkle_root_format CHECK (octet_length(merkle_root) = 64 AND merkle_root ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_audit_checkpoints_key_id_length CHECK (char_length(key_id) BETWEEN 1 AND 100),
    CONSTRAINT ck_audit_checkpoints_prev_merkle_root_format CHECK (octet_length(prev_merkle_root) = 64 AND prev_merkle_root ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_audit_checkpoints_signature_length CHECK (octet_length(signature) = 64)
);

CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION forbid_change();

ALTER TABLE audit_checkpoints ENABLE ALWAYS TRIGGER audit_checkpoints_append_only;

CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

ALTER TABLE audit_checkpoints ENABLE ALWAYS TRIGGER audit_checkpoints_no_truncate;

COMMENT ON TABLE audit_checkpoints IS 'Signed Merkle roots over all chain heads; the copy outside the database is what proves.';
COMMENT ON COLUMN audit_checkpoints.id IS 'Key, given by the server.';
COMMENT ON COLUMN audit_checkpoints.tree_size IS 'Entries of the log that the root covers.';
COMMENT ON COLUMN audit_checkpoints.heads IS 'The chain heads that the tree is made of, as a JSON array.';
COMMENT ON COLUMN audit_checkpoints.merkle_root IS 'Root of the tree, in hex.';
COMMENT ON COLUMN audit_checkpoints.key_id IS 'Which key signed.';
COMMENT ON COLUMN audit_checkpoints.prev_merkle_root IS 'Root of the checkpoint before; NULL for the first.';
COMMENT ON COLUMN audit_checkpoints.signature IS 'Ed25519 signature.';
COMMENT ON COLUMN audit_checkpoints.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_audit_checkpoints_created_at_finite ON audit_checkpoints IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_audit_checkpoints_heads_array ON audit_checkpoints IS 'heads bir JSON dizisi olmalıdır / heads must be a JSON array';
COMMENT ON CONSTRAINT ck_audit_checkpoints_heads_size ON audit_checkpoints IS 'heads en çok 65536 bayt olabilir / heads must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_audit_checkpoints_key_id_length ON audit_checkpoints IS 'key_id: 1 ile 100 karakter arasında olmalıdır / key_id must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_audit_checkpoints_merkle_root_format ON audit_checkpoints IS 'merkle_root: SHA-256 özeti 64 küçük onaltılık hanedir / merkle_root: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_audit_checkpoints_prev_merkle_root_format ON audit_checkpoints IS 'prev_merkle_root: SHA-256 özeti 64 küçük onaltılık hanedir / prev_merkle_root: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_audit_checkpoints_signature_length ON audit_checkpoints IS 'signature 64 bayt olmalıdır / signature must have 64 bytes';
COMMENT ON CONSTRAINT ck_audit_checkpoints_tree_size_non_negative ON audit_checkpoints IS 'tree_size: en az 0 olmalıdır / tree_size must be at least 0';
COMMENT ON CONSTRAINT pk_audit_checkpoints ON audit_checkpoints IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_audit_checkpoints_prev_merkle_root ON audit_checkpoints IS 'Önceki kontrol noktasının ardılı var / The checkpoint before has its successor already';

GRANT SELECT ON audit_checkpoints TO platform_auditor;
GRANT INSERT (tree_size, heads, merkle_root, prev_merkle_root, key_id, signature) ON audit_checkpoints TO platform_auditor;
