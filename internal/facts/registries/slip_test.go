package registries

import (
	"strings"
	"testing"
)

func TestIsNear(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, right string
		want         bool
	}{
		{"habor.lumen.io", "harbor.lumen.io", true},
		{"harbor.lumen.io", "habor.lumen.io", true},
		{"Harbro.lumen.io", "harbor.lumen.io", true},
		{"harbor.lunen.io:5000", "harbor.lumen.io:5000", true},
		{"harborlumen.io", "harbor.lumen.io", true},
		{"habor.lumen.io", "harbor.lumen.io:5000", false},
		{"harbor.lumen.io", "harbor.lumen.io", false},
		{"haror.lumen.io", "harbour.lumen.io", false},
		{"harbor1.lumen.io", "harbor2.lumen.io", false},
		{"harbor.lumen.io:5001", "harbor.lumen.io:5000", false},
		{"harbor.lumen.ip", "harbor.lumen.io", false},
		{"reg-a.lumen.io", "reg-b.lumen.io", false},
		{"eu.lumen.io", "au.lumen.io", false},
		{"localhosts", "localhost", false},
		{"harbor.acme.intrenal", "harbor.acme.internal", true},
		{"harbor.acme.interna", "harbor.acme.internal", true},
		{"harbor.acme.internl:5000", "harbor.acme.internal:5000", true},
		{"harbor.acme.internl:5000", "harbor.acme.internal", false},
		{"harbor.acme.internal2", "harbor.acme.internal", false},
		{"harbor.acmeinternal", "harbor.acme.internal", false},
		{"habor.acme.intrenal", "harbor.acme.internal", false},
		{"harbor.acme.photos", "harbor.acme.photo", false},
		{"harbor.acme.horse", "harbor.acme.house", false},
		{"harbor.acme.crop", "harbor.acme.corp", false},
		{"harbor.lumen.o", "harbor.lumen.io", true},
		{"harbor.lumen.io", "harbor.lumen.o", true},
		{"harbor.lumen.con", "harbor.lumen.com", true},
		{"harbor.lumen.cm", "harbor.lumen.com", false},
		{"intrenal", "internal", false},
		{"", "harbor.lumen.io", false},
		{"harbor.lumen.io", "", false},
	} {
		if got := IsNear(tt.typed, tt.right); got != tt.want {
			t.Errorf("IsNear(%q, %q) = %v", tt.typed, tt.right, got)
		}
	}
}

// Neighbors on a keyboard are neighbors of each other.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	for letter, neighbors := range keyboard {
		for i := range len(neighbors) {
			if strings.IndexByte(keyboard[neighbors[i]], letter) < 0 {
				t.Errorf("%c is not beside %c", letter, neighbors[i])
			}
		}
	}
}

func TestIsEvidentSlip(t *testing.T) {
	t.Parallel()
	const right = "registry.acme.example.com:5000"
	for _, tt := range []struct {
		typed, right string
		want         bool
	}{
		{"registry.acme.exmaple.com:5000", right, true},
		{"regisrty.acme.example.com:5000", right, true},
		{"registry.amce.example.com:5000", right, true},
		{"regitry.acme.example.com:5000", right, true},
		{"regisstry.acme.example.com:5000", right, true},
		{"registryy.acme.example.com:5000", right, true},
		{"Registry.acme.exmaple.com:5000", right, true},
		{"habor.lumen.io", "harbor.lumen.io", true},
		{"harbor.lumen.io", "habor.lumen.io", false},
		{right, right, false},
		{"registry.acme.example.com:500", right, false},
		{"registry.acme.example.com:5001", right, false},
		{"registry1.lumen.io", "registry2.lumen.io", false},
		{"registry.lumen.io", "registry1.lumen.io", false},
		{"registries.lumen.io", "registry.lumen.io", false},
		{"registrys.lumen.io", "registry.lumen.io", false},
		{"dregistry.lumen.io", "registry.lumen.io", false},
		{"registry-a.lumen.io", "registry-b.lumen.io", false},
		{"registrya.lumen.io", "registryb.lumen.io", false},
		{"registryeu.lumen.io", "registryau.lumen.io", false},
		{"registryweu.lumen.io", "registryeu.lumen.io", false},
		{"registry.dev.lumen.io", "registry.stg.lumen.io", false},
		{"registry.test.lumen.io", "registry.best.lumen.io", false},
		{"eu.gcr.io", "us.gcr.io", false},
		{"asia.gcr.io", "eu.gcr.io", false},
		{"registry-acme.lumen.io", "registry.acme.lumen.io", false},
		{"registryacme.lumen.io", "registry.acme.lumen.io", false},
		{"harbor.lumen.io", "harbor.lumen.de", false},
		{"ghcr.io", "gchr.io", false},

		// One letter is missing.
		{"nordwind.jfog.io", "nordwind.jfrog.io", true},
		{"rgistry.nordwind.com", "registry.nordwind.com", true},
		{"registry.nordwnd.com", "registry.nordwind.com", true},
		{"registry.nordwin.com", "registry.nordwind.com", false},
		{"egistry.nordwind.com", "registry.nordwind.com", false},
		{"registryeu.lumen.io", "registryweu.lumen.io", false},
		{"euregistry.lumen.io", "euwregistry.lumen.io", false},
		{"registryprd.lumen.io", "registryprod.lumen.io", false},
		{"prd.lumen.io", "prod.lumen.io", false},
		{"prdhub.lumen.io", "prodhub.lumen.io", false},
		{"shp.lumen.io", "shop.lumen.io", false},

		// One letter is its neighbor on the keyboard.
		{"registry.nordwimd.com", "registry.nordwind.com", true},
		{"regidtry.nordwind.com", "registry.nordwind.com", false},
		{"regustry.nordwind.com", "registry.nordwind.com", false},
		{"registey.nordwind.com", "registry.nordwind.com", true},
		{"registfy.nordwind.com", "registry.nordwind.com", true},
		{"registrt.nordwind.com", "registry.nordwind.com", false},
		{"tegistry.nordwind.com", "registry.nordwind.com", false},
		{"harbog.lumen.io", "harbor.lumen.io", false},
		{"shopdweu.lumen.io", "shopsweu.lumen.io", false},
		{"shopwus.lumen.io", "shopeus.lumen.io", false},
		{"ciboxa.lumen.io", "civoxa.lumen.io", true},
		{"shopxeu.lumen.io", "shopzeu.lumen.io", false},
		{"cibox.lumen.io", "civox.lumen.io", false},

		// The top-level domain is misspelled.
		{"registry.nordwind.cm", "registry.nordwind.com", true},
		{"registry.nordwind.con:5000", "registry.nordwind.com:5000", true},
		{"registry.nordwind.con:5000", "registry.nordwind.com", false},
		{"registry.nordwind.co", "registry.nordwind.com", false},
		{"registry.nordwind.ent", "registry.nordwind.com", false},
		{"registry.nordwimd.cm", "registry.nordwind.com", false},
		{"registry.cm", "registry", false},

		{"registry.nordwind.o", "registry.nordwind.io", true},
		{"registry.nordwind.c:5000", "registry.nordwind.com:5000", true},
		{"registry.nordwind.c", "registry.nordwind.io", false},
		{"registry.nordwind.c", "registry.nordwind.cloud", false},
		{"o", "io", false},

		// A long one is a word like others; of common ones, any letter counts.
		{"harbor.acme.intrenal", "harbor.acme.internal", true},
		{"harbor.acme.interna:5000", "harbor.acme.internal:5000", true},
		{"harbor.acme.inyernal", "harbor.acme.internal", true},
		{"harbor.acme.cluod", "harbor.acme.cloud", true},
		{"harbor.acme.exmaple", "harbor.acme.example", true},
		{"harbor.acme.locl", "harbor.acme.local", true},
		{"harbor.acme.netwrok", "harbor.acme.network", true},
		{"harbor.acme.compny", "harbor.acme.company", true},
		{"harbor.acme.internal", "harbor.acme.intrenal", false},
		{"harbor.sprokcet", "harbor.sprocket", true},
		{"harbor.sprocke", "harbor.sprocket", false},
		{"harbor.plantb", "harbor.planta", false},
		{"harbor.acme.crop", "harbor.acme.corp", false},
		{"harbor.acme.theatre", "harbor.acme.theater", false},
		{"harbor.acme.internal2", "harbor.acme.internal", false},
		{"harbor.acme.intrenal", "harbor.acmee.internal", false},

		// Of a known registry, only the customer's part.
		{"nordwnd.jfrog.io", "nordwind.jfrog.io", true},
		{"nordwnid.azurecr.io", "nordwind.azurecr.io", true},
		{"nordwind.jfrog.io", "nordwind.jforg.io", false},
		{"us-central1-docker.pkg.dev", "us-cetral1-docker.pkg.dev", false},
	} {
		if got := IsEvidentSlip(tt.typed, tt.right); got != tt.want {
			t.Errorf("IsEvidentSlip(%q, %q) = %v", tt.typed, tt.right, got)
		}
	}
}

func TestIsNearPath(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, right string
		want         bool
	}{
		{"acme-prd", "acme-prod", true},
		{"acme-prodd", "acme-prod", true},
		{"amce", "acme", true},
		{"acmr-shop/web", "acme-shop/web", false}, // four letters
		{"harbour", "harbor", true},
		{"harbor", "harbour", true},
		{"hardor/web", "harbor/web", true},
		{"library", "library", false},
		{"acme-dev", "acme-qa", false},
		{"acme-prod1", "acme-prod2", false},
		{"acme-prod1", "acme-prod", false},
		{"acme-prod", "acme-prod1", false},
		{"team-a", "team-b", false},
		{"a/team", "b/team", false},
		{"teama", "teamb", false},
		{"teamb", "team", false},
		{"acmeprod", "acme-prod", false},
		{"acme/web", "acmeweb", false},
		{"acme_prod", "acme-prod", false},
		{"eu", "us", false},
		{"west", "east", false},
		{"", "acme", false},
		{"acme", "", false},
	} {
		if got := IsNearPath(tt.typed, tt.right); got != tt.want {
			t.Errorf("IsNearPath(%q, %q) = %v", tt.typed, tt.right, got)
		}
	}
}
