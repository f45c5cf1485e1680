package deploycheck

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// envoy is the part of Envoy's configuration that is checked. Everything else of
// the file is parsed only.
type envoy struct {
	StaticResources struct {
		Listeners []struct {
			FilterChains []struct {
				Filters []struct {
					TypedConfig struct {
						RouteConfig struct {
							VirtualHosts []struct {
								Routes []struct {
									Match struct {
										Path    string `json:"path"`
										Prefix  string `json:"prefix"`
										Headers []struct {
											Name        string `json:"name"`
											StringMatch struct {
												Exact string `json:"exact"`
											} `json:"string_match"`
										} `json:"headers"`
									} `json:"match"`
									Route struct {
										Cluster       string `json:"cluster"`
										PrefixRewrite string `json:"prefix_rewrite"`
										RetryPolicy   *struct {
											RetryOn string `json:"retry_on"`
										} `json:"retry_policy"`
									} `json:"route"`
								} `json:"routes"`
							} `json:"virtual_hosts"`
						} `json:"route_config"`
					} `json:"typed_config"`
				} `json:"filters"`
			} `json:"filter_chains"`
		} `json:"listeners"`
		Clusters []struct {
			Name           string `json:"name"`
			LoadAssignment struct {
				ClusterName string `json:"cluster_name"`
			} `json:"load_assignment"`
		} `json:"clusters"`
	} `json:"static_resources"`
}

// TestEnvoy parses the file, and sees that its routes lead to clusters and that
// only those are repeated after an answer which may be.
func TestEnvoy(t *testing.T) {
	t.Parallel()
	text := files(t)["gateway/envoy.yaml"]
	var all map[string]any
	if err := yaml.UnmarshalStrict([]byte(text), &all); err != nil { // which refuses a key that is there twice
		t.Fatal(err)
	}
	var e envoy
	if err := yaml.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	var clusters []string
	for _, c := range e.StaticResources.Clusters {
		clusters = append(clusters, c.Name)
		if c.LoadAssignment.ClusterName != c.Name {
			t.Errorf("cluster %s is that of %s", c.Name, c.LoadAssignment.ClusterName)
		}
	}
	routes := e.StaticResources.Listeners[0].FilterChains[0].Filters[0].TypedConfig.RouteConfig.VirtualHosts[0].Routes
	regions, safe := map[string]string{}, []string{}
	for _, r := range routes {
		if !slices.Contains(clusters, r.Route.Cluster) {
			t.Errorf("there is no cluster %s", r.Route.Cluster)
		}
		if r.Match.Prefix != "" && (r.Match.Prefix != "/shop/" || r.Route.PrefixRewrite != "/") {
			t.Errorf("%+v", r)
		}
		for _, h := range r.Match.Headers {
			if h.Name == "mcp-param-region" {
				regions[h.StringMatch.Exact] = r.Route.Cluster
			}
			if h.Name == "mcp-name" {
				safe = append(safe, h.StringMatch.Exact)
			}
		}
		if p := r.Route.RetryPolicy; p != nil && len(r.Match.Headers) == 0 && strings.Contains(p.RetryOn, "gateway-error") {
			t.Errorf("any request is repeated: %+v", r)
		}
	}
	if len(regions) != 3 || regions["eu-west-1"] != "server-2" || !slices.Equal(safe, []string{"look", "get.price"}) || routes[0].Match.Path != "/.well-known/oauth-protected-resource/shop/mcp" {
		t.Errorf("regions %v, safe %v, first %+v", regions, safe, routes[0])
	}
}

// kong is the part of Kong's declarative configuration that is used.
type kong struct {
	FormatVersion string `json:"_format_version"`
	Upstreams     []struct {
		Name    string `json:"name"`
		Targets []struct {
			Target string `json:"target"`
		} `json:"targets"`
	} `json:"upstreams"`
	Services []struct {
		Name           string `json:"name"`
		Host           string `json:"host"`
		Port           int    `json:"port"`
		Protocol       string `json:"protocol"`
		Retries        int    `json:"retries"`
		ConnectTimeout int    `json:"connect_timeout"`
		ReadTimeout    int    `json:"read_timeout"`
		WriteTimeout   int    `json:"write_timeout"`
		Routes         []struct {
			Name              string              `json:"name"`
			Paths             []string            `json:"paths"`
			Headers           map[string][]string `json:"headers"`
			StripPath         bool                `json:"strip_path"`
			PreserveHost      bool                `json:"preserve_host"`
			RequestBuffering  bool                `json:"request_buffering"`
			ResponseBuffering bool                `json:"response_buffering"`
		} `json:"routes"`
	} `json:"services"`
}

// TestKong parses the file strictly, and sees that its services lead to upstreams.
func TestKong(t *testing.T) {
	t.Parallel()
	var k kong
	if err := yaml.UnmarshalStrict([]byte(files(t)["gateway/kong.yaml"]), &k); err != nil {
		t.Fatal(err)
	}
	var upstreams []string
	for _, u := range k.Upstreams {
		upstreams = append(upstreams, u.Name)
	}
	regions := map[string]string{}
	for _, s := range k.Services {
		if !slices.Contains(upstreams, s.Host) || s.Retries != 0 {
			t.Errorf("%+v", s)
		}
		for _, r := range s.Routes {
			if !r.PreserveHost || r.StripPath != strings.HasPrefix(r.Paths[0], "/shop/") {
				t.Errorf("%+v", r)
			}
			for _, v := range r.Headers["Mcp-Param-Region"] {
				regions[v] = s.Host
			}
		}
	}
	if len(regions) != 3 || regions["ap-southeast-1"] != "server-3" {
		t.Errorf("%v", regions)
	}
}
