#!/usr/bin/env bash
# Asks a console over HTTP as the operational guide's scripts do: the same paths, methods and headers. Needs curl alone.
#   REGIE_MONITOR_URL=http://127.0.0.1:9464 REGIE_MONITOR_TOKEN=… scripts/health-check.sh
# The last line is the verdict. Exits with 0 where the console is ready, 1 where it says why it is not, 2 where nobody answers.
set -u
url=${REGIE_MONITOR_URL:-http://127.0.0.1:9464}
[ -n "${REGIE_MONITOR_TOKEN:-}" ] || { echo 'REGIE_MONITOR_TOKEN is not set.' >&2; exit 2; }

# The token goes in by a file of its own: a command line can be read by every user of the machine.
ask() {
  curl -s -m 10 -w '\n%{http_code}' -X GET "$url$1" -H @<(echo "Authorization: Bearer $REGIE_MONITOR_TOKEN")
}

code=000
for path in /functions/v1/monitoring-api/health /functions/v1/monitoring/status /functions/v1/monitoring/health; do
  answer=$(ask "$path")
  code=${answer##*$'\n'}
  printf '%s %s %s\n' "$code" "$path" "${answer%$'\n'*}"
done
case $code in
  200) echo READY ;;
  503) echo 'NOT READY'; exit 1 ;;
  000) echo 'NO ANSWER'; exit 2 ;;
  *) echo "REFUSED ($code)"; exit 2 ;;
esac
