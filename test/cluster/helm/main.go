// What `helm upgrade --install --wait` does with the objects of a rendered chart, by Helm's own client: it applies them on
// the server and waits by its status watcher. Objects on stdin, the timeout as the argument; the error of the wait on stdout.
package main

import (
	"fmt"
	"os"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "could not upgrade: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("the one argument is a timeout, such as 60s")
	}
	timeout, err := time.ParseDuration(os.Args[1])
	if err != nil {
		return err
	}
	client := kube.New(genericclioptions.NewConfigFlags(true))
	waiter, err := client.GetWaiter(kube.StatusWatcherStrategy)
	if err != nil {
		return err
	}
	objects, err := client.Build(os.Stdin, true)
	if err != nil {
		return err
	}
	onServer := kube.ClientUpdateOptionServerSideApply(true, false)
	if _, err := client.Update(objects, objects, onServer); err != nil {
		return err
	}
	if err := waiter.Wait(objects, timeout); err != nil {
		fmt.Println(err)
	}
	return nil
}
