#!/bin/sh
# Addresses that the environment does not name are those of docker-compose.yml, with its secrets.
set -eu
secrets=${SECRETS_FOLDER:-/run/spyhop}
# The first is set to the second unless it is set.
give() {
  eval "given=\${$1:-}"
  if [ -z "$given" ]; then
    export "$1=$2"
  fi
}
# The same with what a file has.
give_file() {
  if [ -r "$secrets/$2" ]; then
    give "$1" "$(cat "$secrets/$2")"
  fi
}
# A variable with the address at which somebody logs in to PostgreSQL, whose password a file has.
give_database() {
  if [ -r "$secrets/$3" ]; then
    give "$1" "postgresql://$2:$(cat "$secrets/$3")@postgres:5432/spyhop"
  fi
}
# A login of its own, unless the environment names a database.
give_login() {
  if [ -z "${DATABASE_URL:-}" ]; then
    give_database "$1" "spyhop_$2" "$2"
  fi
}
if [ -r "$secrets/redis" ]; then
  give REDIS_URL "redis://:$(cat "$secrets/redis")@redis:6379"
fi
# Only who uses a login or a key gets it.
case "$*" in
*/run.js*@spyhop/router/main*)
  give_file ROUTER_IDENTITY_SIGNING_KEY router-signing-key
  give_file ROUTER_IDENTITY_API_KEYS_SECRET api-keys-secret
  give_file ROUTER_AUTHORISATION_POLICIES_SECRET api-keys-secret
  ;;
*/run.js*@spyhop/market/*)
  give_login MARKET_DATABASE_URL market
  ;;
*/run.js*@spyhop/analytics/*)
  give_login ANALYTICS_DATABASE_URL analytics
  ;;
*/run.js*@spyhop/whales/main*)
  give_login WHALES_DATABASE_URL whales
  give_login WHALES_SYSTEM_DATABASE_URL whales_system
  ;;
*/run.js*@spyhop/whales/feeds/*) ;;
*/run.js*@spyhop/users/*)
  give_login USERS_DATABASE_URL users
  give_login USERS_SYSTEM_DATABASE_URL users_system
  give_file SECRET_KEYS secret-keys
  give_file API_KEYS_SECRET api-keys-secret
  ;;
*)
  # Whoever prepares or administers the database owns it.
  give_database DATABASE_URL spyhop postgres
  give_file SECRET_KEYS secret-keys
  give_file API_KEYS_SECRET api-keys-secret
  ;;
esac
# The heap as `npm start` sizes it: V8 would go by the whole machine.
exec node --max-semi-space-size=16 --heap-growing-percent=150 "$@"
