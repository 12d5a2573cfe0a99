module istio-ci/node

go 1.26.0
