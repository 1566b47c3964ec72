"""The repository of accounts: what each of its parts says, in one class."""

from __future__ import annotations

from platform_db.repositories.users.consents import UserConsents
from platform_db.repositories.users.erasure import UserErasure
from platform_db.repositories.users.profile import UserProfiles
from platform_db.repositories.users.registration import UserRegistration
from platform_db.repositories.users.sign_in import UserSignIn
from platform_db.repositories.users.standing import UserStanding

__all__ = ["UserRepository"]


class UserRepository(UserRegistration, UserProfiles, UserConsents, UserStanding, UserSignIn, UserErasure):
    """Users of the platform, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) reads the own account, changes its profile, password and consents.
    Registration, sign-in and administration are background work (platform_worker); a person who
    administers is named by the unit of work's identity.
    """
