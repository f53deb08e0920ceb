"""A certificate authority of the tests, and what it vouches for; made anew each time, and trusted by nobody else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject: str, issuer: str, key, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * DAY)
        .not_valid_after(now + days * DAY)
    )


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Authority:
    """An authority: its own certificate as a file, and the key with which it signs."""

    def __init__(self, name: str, folder: Path):
        self.name, self.folder = name, folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        basic = x509.BasicConstraints(ca=True, path_length=0)
        made = _begun(name, name, self._key, 2).add_extension(basic, critical=True).sign(self._key, hashes.SHA256())
        self.certificate = _written(folder / f"{name}.pem", made.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, days: int = 1) -> Issued:
        """A certificate for a host or a person; `days` below 0 is one that has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        host = x509.SubjectAlternativeName([x509.DNSName(name)])
        made = _begun(name, self.name, key, days).add_extension(host, critical=False).sign(self._key, hashes.SHA256())
        file = self.folder / f"{self.name}-{name}"
        pem = _written(file.with_suffix(".pem"), made.public_bytes(serialization.Encoding.PEM))
        return Issued(pem, _written(file.with_suffix(".key"), _pem(key)))
