"""CARTEIRO_DATABASE_URL as PG* variables for sh: a password must not stand in psql's argv."""

import os
import shlex
import urllib.parse

NAMES = {"user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
         "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
         "passfile": "PGPASSFILE", "options": "PGOPTIONS", "hostaddr": "PGHOSTADDR"}

url = os.environ["CARTEIRO_DATABASE_URL"]
if "://" in url:
    parts = urllib.parse.urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    host, _, port = place.rpartition(":") if place.rpartition(":")[2].isdigit() else (place, "", "")
    settings = {"user": user, "password": password, "host": host.strip("[]"), "port": port,
                "dbname": parts.path.lstrip("/")}
    settings = {key: urllib.parse.unquote(value) for key, value in settings.items()}
    settings.update(urllib.parse.parse_qsl(parts.query))
else:
    settings = dict(pair.split("=", 1) for pair in shlex.split(url))
for key, value in settings.items():
    if value and key in NAMES:
        print(f"export {NAMES[key]}={shlex.quote(value)}")
