// Readers of formats that are not ours, for .ci/validate-formats alone: a module of its own, so that what they need stays out of imagelint's.
module validate

go 1.26.0

require github.com/reviewdog/reviewdog v0.21.2

require (
	github.com/haya14busa/go-sarif v0.0.0-20240630170108-a3ba8d79599f // indirect
	github.com/reviewdog/errorformat v0.0.0-20260918023459-3785ec08195e // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/reviewdog/errorformat => github.com/reviewdog/errorformat v0.0.0-20240608101709-1d3280ed6bd4
