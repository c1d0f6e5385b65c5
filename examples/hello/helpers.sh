#!/bin/sh
set -eu

greet() {
  echo "Hello, $1!"
}

status() {
  echo "$1 has been greeted."
}

goodbye() {
  echo "Goodbye, $1."
}

"$@"
