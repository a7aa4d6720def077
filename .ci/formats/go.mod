// Readers of formats that are not ours, for .ci/validate-formats alone: a module of its own, so that what they need stays out of imagelint's.
module validate

go 1.26.0

require (
	github.com/prometheus/common v0.67.4
	github.com/reviewdog/reviewdog v0.21.2
)

require (
	github.com/haya14busa/go-sarif v0.0.0-20240630170108-a3ba8d79599f // indirect
	github.com/kr/pretty v0.3.1 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/prometheus/client_model v0.6.2 // indirect
	github.com/reviewdog/errorformat v0.0.0-20260918023459-3785ec08195e // indirect
	go.yaml.in/yaml/v2 v2.4.3 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/reviewdog/errorformat => github.com/reviewdog/errorformat v0.0.0-20240608101709-1d3280ed6bd4
