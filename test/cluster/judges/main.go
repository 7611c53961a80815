// The judges that GitOps tools ask about our objects, as they run them: kstatus (kubectl, Flux), Argo CD's Lua and
// Flux's CEL. One question a line on stdin, one answer a line on stdout, in order.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

const (
	longestLine = 4 << 20
	// Argo CD gives a script one second.
	deadline = time.Second
)

type question struct {
	Judge  string                            `json:"judge"`
	Object *unstructured.Unstructured        `json:"object"`
	Script string                            `json:"script"`
	Exprs  *kustomize.HealthCheckExpressions `json:"exprs"`
}

type answer struct {
	// What kstatus and CEL say.
	Status string `json:"status,omitempty"`
	// What the Lua script returned.
	Returned any `json:"returned,omitempty"`
	// Why the judge could not say anything.
	Error string `json:"error,omitempty"`
}

func main() {
	questions := bufio.NewScanner(os.Stdin)
	questions.Buffer(nil, longestLine)
	answers := json.NewEncoder(os.Stdout)
	for questions.Scan() {
		if err := answers.Encode(answerTo(questions.Bytes())); err != nil {
			fail(err)
		}
	}
	if err := questions.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "could not go on judging: %v\n", err)
	os.Exit(1)
}

func answerTo(line []byte) answer {
	asked := question{}
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	if asked.Object == nil {
		return answer{Error: "a question without an object"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	judged, err := judge(ctx, asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return judged
}

func judge(ctx context.Context, asked question) (answer, error) {
	switch asked.Judge {
	case "kstatus":
		result, err := status.Compute(asked.Object)
		if err != nil {
			return answer{}, err
		}
		return answer{Status: result.Status.String()}, nil
	case "lua":
		returned, err := runLua(ctx, asked.Object.Object, asked.Script)
		return answer{Returned: returned}, err
	case "cel":
		if asked.Exprs == nil {
			return answer{}, fmt.Errorf("a question to cel without exprs")
		}
		evaluator, err := cel.NewStatusEvaluator(asked.Exprs)
		if err != nil {
			return answer{}, err
		}
		result, err := evaluator.Evaluate(ctx, asked.Object)
		if err != nil {
			return answer{}, err
		}
		return answer{Status: result.Status.String()}, nil
	default:
		return answer{}, fmt.Errorf("there is no judge %q", asked.Judge)
	}
}
