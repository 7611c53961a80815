package main

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Argo CD's sandbox for scripts of its ConfigMap: these libraries, and of `os` only what tells the time.
var libraries = map[string]lua.LGFunction{
	lua.LoadLibName: lua.OpenPackage,
	lua.BaseLibName: lua.OpenBase,
	lua.TabLibName:  lua.OpenTable,
	lua.OsLibName:   openClock,
}

var clock = []string{"time", "date"}

// What the script returns when its global `obj` is the object.
func runLua(ctx context.Context, object map[string]any, script string) (any, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	// `package` comes first: the others register themselves with it.
	for _, name := range []string{lua.LoadLibName, lua.BaseLibName, lua.TabLibName, lua.OsLibName} {
		opening := lua.P{Fn: state.NewFunction(libraries[name]), NRet: 0, Protect: true}
		if err := state.CallByParam(opening, lua.LString(name)); err != nil {
			return nil, err
		}
	}
	state.SetContext(ctx)
	given, err := toLua(state, object)
	if err != nil {
		return nil, err
	}
	state.SetGlobal("obj", given)
	if err := state.DoString(script); err != nil {
		return nil, err
	}
	returned, isTable := state.Get(-1).(*lua.LTable)
	if !isTable {
		return nil, fmt.Errorf("the script returned a %s, not a table", state.Get(-1).Type())
	}
	return fromLua(returned)
}

func openClock(state *lua.LState) int {
	count := lua.OpenOs(state)
	whole, isTable := state.GetGlobal(lua.OsLibName).(*lua.LTable)
	if !isTable {
		state.RaiseError("there is no library os")
	}
	kept := state.NewTable()
	for _, name := range clock {
		kept.RawSetString(name, whole.RawGetString(name))
	}
	state.SetGlobal(lua.OsLibName, kept)
	if loaded, isTable := state.GetField(state.GetGlobal("package"), "loaded").(*lua.LTable); isTable {
		loaded.RawSetString(lua.OsLibName, kept)
	}
	return count
}

func toLua(state *lua.LState, value any) (lua.LValue, error) {
	switch given := value.(type) {
	case nil:
		return lua.LNil, nil
	case bool:
		return lua.LBool(given), nil
	case string:
		return lua.LString(given), nil
	case int64:
		return lua.LNumber(given), nil
	case float64:
		return lua.LNumber(given), nil
	case []any:
		list := state.NewTable()
		for _, item := range given {
			element, err := toLua(state, item)
			if err != nil {
				return nil, err
			}
			list.Append(element)
		}
		return list, nil
	case map[string]any:
		table := state.NewTable()
		for key, item := range given {
			field, err := toLua(state, item)
			if err != nil {
				return nil, err
			}
			table.RawSetString(key, field)
		}
		return table, nil
	default:
		return nil, fmt.Errorf("an object holds a %T, which no JSON does", value)
	}
}

// An empty table may have been a list or a map: Argo CD reads a list and mends it from the live object.
func fromLua(value lua.LValue) (any, error) {
	switch given := value.(type) {
	case *lua.LNilType:
		return nil, nil
	case lua.LBool:
		return bool(given), nil
	case lua.LString:
		return string(given), nil
	case lua.LNumber:
		return float64(given), nil
	case *lua.LTable:
		return tableFromLua(given)
	default:
		return nil, fmt.Errorf("a script returned a %s, which no JSON holds", value.Type())
	}
}

func tableFromLua(table *lua.LTable) (any, error) {
	list := []any{}
	for index := 1; index <= table.Len(); index++ {
		item, err := fromLua(table.RawGetInt(index))
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	fields := map[string]any{}
	var failure error
	table.ForEach(func(key, item lua.LValue) {
		name, isString := key.(lua.LString)
		if !isString {
			return
		}
		field, err := fromLua(item)
		if err != nil {
			failure = err
		}
		fields[string(name)] = field
	})
	if failure != nil {
		return nil, failure
	}
	if len(fields) == 0 {
		return list, nil
	}
	if len(list) > 0 {
		return nil, fmt.Errorf("a script returned a table that is both a list and a map")
	}
	return fields, nil
}
