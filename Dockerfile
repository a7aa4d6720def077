# The release image. It expects the binary in a folder named after its platform, as GoReleaser builds it. By hand, in a checkout:
#   CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -trimpath -tags urfave_cli_no_docs -o linux/amd64/imagelint . && docker build --platform linux/amd64 -t imagelint .
# It contains the binary, certificate authorities and an unprivileged user, and works on a read-only file system.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/imagelint /usr/bin/imagelint
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["/usr/bin/imagelint"]
