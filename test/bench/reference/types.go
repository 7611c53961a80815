package main

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var groupVersion = schema.GroupVersion{Group: "code-engine.dev", Version: "v1alpha1"}

// Deployment is our kind as far as the benchmark fills it.
type Deployment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              DeploymentSpec   `json:"spec"`
	Status            DeploymentStatus `json:"status,omitempty"`
}

type DeploymentSpec struct {
	Replicas *int32                 `json:"replicas,omitempty"`
	Selector metav1.LabelSelector   `json:"selector"`
	Template corev1.PodTemplateSpec `json:"template"`
}

type DeploymentStatus struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Message            string             `json:"message,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

type DeploymentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Deployment `json:"items"`
}

func (d *Deployment) DeepCopyObject() runtime.Object {
	copied := *d
	copied.ObjectMeta = *d.ObjectMeta.DeepCopy()
	copied.Spec.Selector = *d.Spec.Selector.DeepCopy()
	copied.Spec.Template = *d.Spec.Template.DeepCopy()
	if d.Spec.Replicas != nil {
		replicas := *d.Spec.Replicas
		copied.Spec.Replicas = &replicas
	}
	copied.Status.Conditions = append([]metav1.Condition(nil), d.Status.Conditions...)
	return &copied
}

func (l *DeploymentList) DeepCopyObject() runtime.Object {
	copied := *l
	copied.Items = make([]Deployment, len(l.Items))
	for index := range l.Items {
		copied.Items[index] = *l.Items[index].DeepCopyObject().(*Deployment)
	}
	return &copied
}
