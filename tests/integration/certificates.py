"""Certificates for one run: an authority, and what it signs, good and bad."""

import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """An authority of our own; `ca` is the file that clients trust."""

    def __init__(self, home, name="ca"):
        self.home = home
        self.ca, self.ca_key = home / f"{name}.pem", home / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", 2, "-subj", f"/CN=carteiro test {name}", "-keyout", self.ca_key, "-out", self.ca)

    def certificate(self, name="localhost", days=2, file=None):
        """(certificate, key) for a host name; of yesterday when days < 0."""
        file = file or name
        key, request, done = (self.home / f"{file}.{end}" for end in ("key", "csr", "pem"))
        extensions = self.home / f"{file}.ext"
        address = ",IP:127.0.0.1" if name == "localhost" else ""
        extensions.write_text(f"subjectAltName=DNS:{name}{address}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.ca_key, "-CAcreateserial",
                "-days", days, "-extfile", extensions, "-out", done)
        return done, key
