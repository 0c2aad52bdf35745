#!/bin/bash
# Runs once, when the database is made: the owner that migrates, and two logins that own nothing.
set -euo pipefail
psql --username "$POSTGRES_USER" --dbname postgres -v ON_ERROR_STOP=1 \
  -v owner="$OWNER_PASSWORD" -v web="$WEB_PASSWORD" -v worker="$WORKER_PASSWORD" <<'SQL'
CREATE ROLE rehab_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE rehab_service NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE rehab_shown NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE rehab_web LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'web';
CREATE ROLE rehab_worker LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'worker';
-- What one page asks, with its session's key in it, is not for another page to read in pg_stat_activity.
ALTER ROLE rehab_web SET track_activities = off;
ALTER ROLE rehab_worker SET track_activities = off;
-- A limit for mistakes: settings.py asks for its own, and whoever has the login may lift it.
ALTER ROLE rehab_web SET statement_timeout = '30s';
ALTER ROLE rehab_worker SET statement_timeout = '900s';
ALTER ROLE rehab_owner SET statement_timeout = '3600s';
ALTER ROLE rehab_web SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE rehab_worker SET idle_in_transaction_session_timeout = '900s';
ALTER ROLE rehab_owner SET idle_in_transaction_session_timeout = '3600s';
ALTER ROLE rehab_web SET lock_timeout = '3s';
ALTER ROLE rehab_worker SET lock_timeout = '3s';
ALTER ROLE rehab_owner SET lock_timeout = '3s';
GRANT rehab_service TO rehab_web, rehab_worker, rehab_owner;
GRANT rehab_shown TO rehab_owner;
CREATE DATABASE rehab OWNER rehab_owner;
REVOKE ALL ON DATABASE rehab FROM PUBLIC;
GRANT CONNECT ON DATABASE rehab TO rehab_web, rehab_worker;
\connect rehab
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
