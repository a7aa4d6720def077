package manifests_test

import (
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
)

// What a Tiltfile names in quotes is built; what it comments out, puts together or deploys is not.
func TestBuiltByTilt(t *testing.T) {
	t.Parallel()
	const file = `
load('ext://restart_process', 'docker_build_with_restart')
docker_build('acme/web', './web', live_update=[sync('./web', '/app')])
docker_build(
    "acme/api",
    './api')
custom_build(ref='acme/job', command='make', deps=['.'])
# docker_build('acme/old', '.')
docker_build('%s/made' % registry, '.')
docker_build(image, '.')
docker_build_with_restart('acme/live', '.', entrypoint='/app')
k8s_yaml('k8s.yaml')
my_docker_build('acme/other')
`
	var got []string
	for _, b := range manifests.TiltImages("dev/Tiltfile", []byte(file)) {
		if b.Tool != "Tilt" || b.Folder != "dev" {
			t.Errorf("%+v", b)
		}
		got = append(got, b.Image)
	}
	if want := []string{"acme/web", "acme/api", "acme/job", "acme/live"}; !slices.Equal(got, want) {
		t.Errorf("builds %v, want %v", got, want)
	}
}
