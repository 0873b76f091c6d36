#!/bin/sh
# Addresses that the environment does not name are those of docker-compose.yml, with its secrets.
set -eu
secrets=/run/spyhop
if [ -z "${DATABASE_URL:-}" ] && [ -r "$secrets/postgres" ]; then
  DATABASE_URL="postgresql://spyhop:$(cat "$secrets/postgres")@postgres:5432/spyhop"
  export DATABASE_URL
fi
if [ -z "${REDIS_URL:-}" ] && [ -r "$secrets/redis" ]; then
  REDIS_URL="redis://:$(cat "$secrets/redis")@redis:6379"
  export REDIS_URL
fi
# Only who uses a key gets it.
case "$*" in
*/run.js*@spyhop/router/main*)
  if [ -z "${ROUTER_IDENTITY_SIGNING_KEY:-}" ] && [ -r "$secrets/router-signing-key" ]; then
    ROUTER_IDENTITY_SIGNING_KEY="$(cat "$secrets/router-signing-key")"
    export ROUTER_IDENTITY_SIGNING_KEY
  fi
  if [ -z "${ROUTER_IDENTITY_API_KEYS_SECRET:-}" ] && [ -r "$secrets/api-keys-secret" ]; then
    ROUTER_IDENTITY_API_KEYS_SECRET="$(cat "$secrets/api-keys-secret")"
    export ROUTER_IDENTITY_API_KEYS_SECRET
  fi
  if [ -z "${ROUTER_AUTHORISATION_POLICIES_SECRET:-}" ] && [ -r "$secrets/api-keys-secret" ]; then
    ROUTER_AUTHORISATION_POLICIES_SECRET="$(cat "$secrets/api-keys-secret")"
    export ROUTER_AUTHORISATION_POLICIES_SECRET
  fi
  ;;
*)
  if [ -z "${SECRET_KEYS:-}" ] && [ -r "$secrets/secret-keys" ]; then
    SECRET_KEYS="$(cat "$secrets/secret-keys")"
    export SECRET_KEYS
  fi
  if [ -z "${API_KEYS_SECRET:-}" ] && [ -r "$secrets/api-keys-secret" ]; then
    API_KEYS_SECRET="$(cat "$secrets/api-keys-secret")"
    export API_KEYS_SECRET
  fi
  ;;
esac
# The heap as `npm start` sizes it: V8 would go by the whole machine.
exec node --max-semi-space-size=16 --heap-growing-percent=150 "$@"
