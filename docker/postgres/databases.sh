#!/bin/sh
# Runs once, when the volume is empty: two databases, each with its own role.
set -eu

create() {
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set role="$1" --set database="$2" --set password="$(cat "$3")" <<'SQL'
create role :"role" login password :'password';
create database :"database" owner :"role";
revoke connect on database :"database" from public;
SQL
}

create hub ledger /run/secrets/ledger_password
create hapi store /run/secrets/store_password
