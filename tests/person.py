"""People who sign in with all that it takes, for tests: a password, an application, a passkey of software."""

import hashlib
import json
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from crm.models import Espace, JournalEntry

PASSWORD = "tour-de-guet-12"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PRESENT, VERIFIED, WITH_CREDENTIAL = 0x01, 0x04, 0x40  # flags of an authenticator's data


def give_password(member) -> str:
    """Let a member sign in with PASSWORD; returns their address."""
    member.user.set_password(PASSWORD)
    member.user.save()
    return member.user.email


def sign_in_by_password(client, email: str, password: str = PASSWORD, **headers):
    return client.post("/connexion/", {"login": email, "password": password}, **headers)


def confirm(client) -> None:
    """Tell the password again, as pages ask that protect the account."""
    response = client.post("/mon-compte/confirmer/", {"password": PASSWORD})
    assert response.status_code == 302, response.context["form"].errors


def told(espace: Espace | None, *actions: str) -> list[tuple]:
    """Lines of these actions in the journal of an espace, or of the house: what, whose, in which words."""
    lines = JournalEntry.objects.filter(chain__espace=espace, action__in=actions).order_by("seq")
    return [(line.action, line.payload.get("label"), line.payload.get("words")) for line in lines]


def add_app(user) -> Authenticator:
    """An application whose secret is SECRET, with recovery codes."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, SECRET).instance


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the application shows, now or some steps of 30 s away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


class SoftKey:
    """A passkey: answers what a browser would to the options that a page holds."""

    def __init__(self, *, host: str = "testserver", verifies: bool = True):
        self.host = host
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(id(self)).encode()).digest()
        self.user_handle = None

    def create(self, options: dict) -> dict:
        self.user_handle = options["publicKey"]["user"]["id"]
        credential = AttestedCredentialData.create(
            b"\0" * 16, self.id, ES256.from_cryptography_key(self.private.public_key())
        )
        held = AuthenticatorData.create(self._rp_hash(), self.flags | WITH_CREDENTIAL, 0, credential)
        return self._answer(
            clientDataJSON=websafe_encode(self._client_data("webauthn.create", options)),
            attestationObject=websafe_encode(AttestationObject.create("none", held, {})),
        )

    def get(self, options: dict) -> dict:
        said = self._client_data("webauthn.get", options)
        held = AuthenticatorData.create(self._rp_hash(), self.flags, 1)
        signature = self.private.sign(bytes(held) + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=websafe_encode(said),
            authenticatorData=websafe_encode(held),
            signature=websafe_encode(signature),
            userHandle=self.user_handle,
        )

    def _rp_hash(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _client_data(self, kind: str, options: dict) -> bytes:
        challenge = options["publicKey"]["challenge"]
        assert websafe_decode(challenge)
        said = {"type": kind, "challenge": challenge, "origin": f"https://{self.host}", "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response) -> dict:
        return {
            "type": "public-key",
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
