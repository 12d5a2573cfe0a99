#!/bin/sh
# Installing a package starts no service here.
exit 101
