package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/event"
)

// harness answers GET /known, POST /start?count=N and POST /resync?count=N.
type harness struct {
	cache   cache.Cache
	again   chan event.GenericEvent
	start   chan struct{}
	once    sync.Once
	passes  atomic.Int64
	applies atomic.Int64
}

func newHarness(cache cache.Cache) *harness {
	return &harness{cache: cache, again: make(chan event.GenericEvent, 1024), start: make(chan struct{})}
}

// awaitStart holds every pass back until the harness has read the CPU time from which it counts.
func (h *harness) awaitStart(ctx context.Context) error {
	select {
	case <-h.start:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *harness) reconciled(written bool) {
	h.passes.Add(1)
	if written {
		h.applies.Add(1)
	}
}

func (h *harness) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	count, _ := strconv.ParseInt(request.URL.Query().Get("count"), 10, 64)
	switch request.URL.Path {
	case "/known":
		answer(response, map[string]any{"known": len(h.list(request.Context()))})
	case "/start":
		begin := time.Now()
		h.once.Do(func() { close(h.start) })
		wait(request.Context(), func() bool { return h.applies.Load() >= count })
		answer(response, map[string]any{"seconds": time.Since(begin).Seconds()})
	case "/resync":
		all := h.list(request.Context())
		begin, goal := time.Now(), h.passes.Load()+count
		for index := range all {
			h.again <- event.GenericEvent{Object: &all[index]}
		}
		wait(request.Context(), func() bool { return h.passes.Load() >= goal })
		answer(response, map[string]any{"seconds": time.Since(begin).Seconds()})
	default:
		http.NotFound(response, request)
	}
}

func (h *harness) list(ctx context.Context) []Deployment {
	list := &DeploymentList{}
	if err := h.cache.List(ctx, list); err != nil {
		return nil
	}
	return list.Items
}

func wait(ctx context.Context, holds func() bool) {
	for !holds() && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
}

func answer(response http.ResponseWriter, body any) {
	_ = json.NewEncoder(response).Encode(body)
}
