package main

import (
	"context"
	"fmt"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	fieldManager    = "bench-go"
	imageAnnotation = "code-engine.dev/bench-image"
)

type reconciler struct {
	client.Client
	harness *harness
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if err := r.harness.awaitStart(ctx); err != nil {
		return ctrl.Result{}, err
	}
	deployment := &Deployment{}
	if err := r.Get(ctx, request.NamespacedName, deployment); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.applyAccount(ctx, deployment); err != nil {
		return ctrl.Result{}, err
	}
	written, err := r.writeStatus(ctx, deployment)
	if err == nil {
		r.harness.reconciled(written)
	}
	return ctrl.Result{}, err
}

func (r *reconciler) applyAccount(ctx context.Context, owner *Deployment) error {
	image := owner.Spec.Template.Spec.Containers[0].Image
	live := &corev1.ServiceAccount{}
	err := r.Get(ctx, client.ObjectKeyFromObject(owner), live)
	if err == nil && live.Annotations[imageAnnotation] == image && metav1.IsControlledBy(live, owner) {
		return nil
	}
	if err != nil && !errors.IsNotFound(err) {
		return err
	}
	reference := applymetav1.OwnerReference().WithAPIVersion(groupVersion.String()).WithKind("Deployment").
		WithName(owner.Name).WithUID(owner.UID).WithController(true).WithBlockOwnerDeletion(true)
	intent := applycorev1.ServiceAccount(owner.Name, owner.Namespace).
		WithLabels(map[string]string{"code-engine.dev/guardrail": "bench"}).
		WithAnnotations(map[string]string{imageAnnotation: image}).
		WithOwnerReferences(reference).
		WithAutomountServiceAccountToken(false)
	return r.Apply(ctx, intent, client.FieldOwner(fieldManager), client.ForceOwnership)
}

func (r *reconciler) writeStatus(ctx context.Context, live *Deployment) (bool, error) {
	wanted := live.DeepCopyObject().(*Deployment)
	wanted.Status.ObservedGeneration = live.Generation
	wanted.Status.Message = fmt.Sprintf("ServiceAccount %s stands", live.Name)
	for _, condition := range []string{"Applied", "Ready"} {
		meta.SetStatusCondition(&wanted.Status.Conditions, metav1.Condition{
			Type: condition, Status: metav1.ConditionTrue, Reason: "Applied",
			Message: wanted.Status.Message, ObservedGeneration: live.Generation,
		})
	}
	if reflect.DeepEqual(wanted.Status, live.Status) {
		return false, nil
	}
	patch := client.MergeFromWithOptions(live, client.MergeFromWithOptimisticLock{})
	return true, r.Status().Patch(ctx, wanted, patch, client.FieldOwner(fieldManager))
}
