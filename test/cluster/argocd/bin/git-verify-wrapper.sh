#!/bin/sh
# Argo CD asks about the signature of every commit, also where no project wants one; a test's commits have none.
exit 0
