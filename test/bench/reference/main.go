// The reference of the benchmarks: what a Go operator built on controller-runtime costs for the same work as
// ../reference-room.ts. For each Deployment of ours it applies one ServiceAccount by server-side apply and writes status once;
// nothing is written where nothing changed. ../reference.ts drives both over the same three HTTP calls.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client/config"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	server "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

func main() {
	address := flag.String("listen", "", "address of the three calls of the harness")
	flag.Parse()
	ctrl.SetLogger(klog.Background())
	if err := run(ctrl.SetupSignalHandler(), *address); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, address string) error {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return err
	}
	scheme.AddKnownTypes(groupVersion, &Deployment{}, &DeploymentList{})
	metav1.AddToGroupVersion(scheme, groupVersion)

	kube := config.GetConfigOrDie()
	kube.QPS = -1 // no limit on the client's side: our engine has none either
	manager, err := ctrl.NewManager(kube, ctrl.Options{Scheme: scheme, Metrics: server.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	harness := newHarness(manager.GetCache())
	err = ctrl.NewControllerManagedBy(manager).
		For(&Deployment{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&corev1.ServiceAccount{}).
		WatchesRawSource(source.Channel(harness.again, &handler.EnqueueRequestForObject{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: 10}).
		Complete(&reconciler{Client: manager.GetClient(), harness: harness})
	if err != nil {
		return err
	}
	go func() { log.Fatal(http.ListenAndServe(address, harness)) }()
	return manager.Start(ctx)
}
