package otelmcp_test

import (
	"os"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
