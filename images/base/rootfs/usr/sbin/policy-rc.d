#!/bin/sh
# Installing a package must not start its services.
exit 101
