"""Make an authority and certificates of every wrongness, for as long as a test runs."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Vouch for hosts. The certificates are dated by the clock of the machine: TLS knows no other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._now = datetime.now(UTC)
        self._certificate = self._sign("authority.example", self._key, self._key, _name("authority.example"), authority=True)
        (folder / "authority.pem").write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def _sign(self, host, key, signer, issuer, *, authority=False, expired=False) -> x509.Certificate:
        end = self._now - _DAY if expired else self._now + 2 * _DAY
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(host))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - 9 * _DAY)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]), critical=False
            )
        )
        return builder.sign(signer, hashes.SHA256())

    def trusted(self) -> ssl.SSLContext:
        """Return the context of a client that trusts this authority, and checks as ever."""
        return ssl.create_default_context(cafile=str(self._folder / "authority.pem"))

    def context(self, host: str, kind: str) -> ssl.SSLContext:
        """Return the context of a server: kind is good, expired, self_signed or other_name."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = "quite-another.example" if kind == "other_name" else host
        own = kind == "self_signed"
        issuer = _name(subject) if own else self._certificate.subject
        certificate = self._sign(subject, key, key if own else self._key, issuer, expired=kind == "expired")
        file = self._folder / f"{host}-{kind}.pem"
        secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
