#!/usr/bin/env bash
# durable-redis.sh FOLDER PORT: a Redis that writes every change to disk before it answers, as the others do.
exec redis-server --port "$2" --bind 127.0.0.1 --dir "$1" --appendonly yes --appendfsync always --save ''
