"""The modules of the corpus: well-known names and their dependencies, with small contents of the lab's own."""

from tests.lab.modules import Module, World

_REQUIRES: dict[str, list[str]] = {
    "github.com/google/uuid@v1.6.0": [],
    "github.com/pkg/errors@v0.9.1": [],
    "github.com/sirupsen/logrus@v1.9.3": ["github.com/stretchr/testify@v1.9.0", "golang.org/x/sys@v0.28.0"],
    "github.com/stretchr/testify@v1.9.0": [
        "github.com/davecgh/go-spew@v1.1.1",
        "github.com/pmezard/go-difflib@v1.0.0",
        "gopkg.in/yaml.v3@v3.0.1",
    ],
    "github.com/davecgh/go-spew@v1.1.1": [],
    "github.com/pmezard/go-difflib@v1.0.0": [],
    "gopkg.in/yaml.v3@v3.0.1": ["gopkg.in/check.v1@v0.0.0-20161208181325-20d25e280405"],
    "gopkg.in/check.v1@v0.0.0-20161208181325-20d25e280405": [],
    "golang.org/x/sys@v0.28.0": [],
    "golang.org/x/text@v0.21.0": [],
    "golang.org/x/net@v0.33.0": [
        "golang.org/x/crypto@v0.31.0",
        "golang.org/x/sys@v0.28.0",
        "golang.org/x/text@v0.21.0",
    ],
    "golang.org/x/crypto@v0.31.0": ["golang.org/x/sys@v0.28.0", "golang.org/x/text@v0.21.0"],
    "golang.org/x/sync@v0.10.0": [],
    "golang.org/x/tools@v0.28.0": ["golang.org/x/mod@v0.22.0", "golang.org/x/sync@v0.10.0"],
    "golang.org/x/mod@v0.22.0": [],
    "github.com/gin-gonic/gin@v1.10.0": [
        "github.com/gin-contrib/sse@v0.1.0",
        "github.com/go-playground/validator/v10@v10.20.0",
        "github.com/goccy/go-json@v0.10.2",
        "github.com/json-iterator/go@v1.1.12",
        "github.com/mattn/go-isatty@v0.0.20",
        "github.com/pelletier/go-toml/v2@v2.2.2",
        "github.com/stretchr/testify@v1.9.0",
        "github.com/ugorji/go/codec@v1.2.12",
        "golang.org/x/net@v0.33.0",
        "google.golang.org/protobuf@v1.36.1",
        "gopkg.in/yaml.v3@v3.0.1",
    ],
    "github.com/gin-contrib/sse@v0.1.0": [],
    "github.com/go-playground/validator/v10@v10.20.0": [
        "github.com/gabriel-vasile/mimetype@v1.4.3",
        "github.com/go-playground/universal-translator@v0.18.1",
        "github.com/leodido/go-urn@v1.4.0",
        "golang.org/x/crypto@v0.31.0",
        "golang.org/x/text@v0.21.0",
    ],
    "github.com/gabriel-vasile/mimetype@v1.4.3": ["golang.org/x/net@v0.33.0"],
    "github.com/go-playground/universal-translator@v0.18.1": ["github.com/go-playground/locales@v0.14.1"],
    "github.com/go-playground/locales@v0.14.1": ["golang.org/x/text@v0.21.0"],
    "github.com/leodido/go-urn@v1.4.0": [],
    "github.com/goccy/go-json@v0.10.2": [],
    "github.com/json-iterator/go@v1.1.12": ["github.com/modern-go/concurrent@v0.0.0-20180306012644-bacd9c7ef1dd"],
    "github.com/modern-go/concurrent@v0.0.0-20180306012644-bacd9c7ef1dd": [],
    "github.com/mattn/go-isatty@v0.0.20": ["golang.org/x/sys@v0.28.0"],
    "github.com/pelletier/go-toml/v2@v2.2.2": [],
    "github.com/ugorji/go/codec@v1.2.12": [],
    "google.golang.org/protobuf@v1.36.1": ["github.com/google/go-cmp@v0.6.0"],
    "github.com/google/go-cmp@v0.6.0": [],
    "google.golang.org/grpc@v1.69.2": [
        "golang.org/x/net@v0.33.0",
        "google.golang.org/genproto/googleapis/rpc@v0.0.0-20241015192408-796eee8c2d53",
        "google.golang.org/protobuf@v1.36.1",
    ],
    "google.golang.org/genproto/googleapis/rpc@v0.0.0-20241015192408-796eee8c2d53": [
        "google.golang.org/protobuf@v1.36.1"
    ],
    "github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.16.0": [
        "github.com/Azure/azure-sdk-for-go/sdk/internal@v1.10.0",
        "golang.org/x/net@v0.33.0",
    ],
    "github.com/Azure/azure-sdk-for-go/sdk/internal@v1.10.0": ["golang.org/x/net@v0.33.0"],
    "github.com/BurntSushi/toml@v1.4.0": [],
    "github.com/spf13/cobra@v1.8.1": ["github.com/inconshreveable/mousetrap@v1.1.0", "github.com/spf13/pflag@v1.0.5"],
    "github.com/spf13/pflag@v1.0.5": [],
    "github.com/inconshreveable/mousetrap@v1.1.0": [],
    "github.com/docker/docker@v27.4.1+incompatible": [],
    "github.com/prometheus/client_golang@v1.20.5": [
        "github.com/beorn7/perks@v1.0.1",
        "github.com/cespare/xxhash/v2@v2.3.0",
        "github.com/prometheus/common@v0.61.0",
    ],
    "github.com/beorn7/perks@v1.0.1": [],
    "github.com/cespare/xxhash/v2@v2.3.0": [],
    "github.com/prometheus/common@v0.61.0": [],
    "k8s.io/apimachinery@v0.32.0": ["k8s.io/klog/v2@v2.130.1", "github.com/google/go-cmp@v0.6.0"],
    "k8s.io/klog/v2@v2.130.1": [],
    "go.uber.org/zap@v1.27.0": ["go.uber.org/multierr@v1.10.0"],
    "go.uber.org/multierr@v1.10.0": [],
    "git.corp.example/platform/authkit@v1.4.2": ["github.com/google/uuid@v1.6.0"],
    "git.corp.example/platform/tracing@v0.7.0": [],
}


def _module(entry: str, requires: list[str]) -> Module:
    path, _, version = entry.partition("@")
    needed = dict(tuple(need.split("@")) for need in requires)
    plain = version.endswith("+incompatible")
    files = {"docker.go": "package docker\n"} if plain else {}
    return Module(path, version, needed, files)


WORLD = World(
    [
        Module("github.com/google/uuid", "v1.5.0"),
        Module("github.com/stretchr/testify", "v1.8.4"),
        Module("golang.org/x/text", "v0.14.0"),
        *(_module(entry, requires) for entry, requires in _REQUIRES.items()),
    ]
)
"""Do not change it: take `site.world`, which is a copy."""

SMALL = ("github.com/google/uuid", "github.com/pkg/errors")
USUAL = ("github.com/gin-gonic/gin", "github.com/google/uuid", "github.com/sirupsen/logrus", "go.uber.org/zap")
LARGE = (
    *USUAL,
    "google.golang.org/grpc",
    "github.com/Azure/azure-sdk-for-go/sdk/azcore",
    "github.com/BurntSushi/toml",
    "github.com/spf13/cobra",
    "github.com/docker/docker",
    "github.com/prometheus/client_golang",
    "k8s.io/apimachinery",
    "golang.org/x/tools",
)
"""What projects require: two modules, about thirty, about fifty."""
