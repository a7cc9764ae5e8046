"""Uses a served cluster through the package `kubernetes`: list, watch through a 410, create, patch, scale, exec, and delete."""
import json
import sys
import time
import urllib.request

from kubernetes import client, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

SERVER = sys.argv[1]
configuration = client.Configuration()
configuration.host = SERVER
api = client.ApiClient(configuration)
core, apps = client.CoreV1Api(api), client.AppsV1Api(api)


def refused(code, act):
    """Calls `act`, which must fail with this status code, and returns the body of the response."""
    try:
        act()
    except ApiException as error:
        assert error.status == code, error
        return json.loads(error.body) if error.body else None
    raise AssertionError(f"not refused with {code}")


def rollout(replicas):
    """Watches until this many pods are Ready."""
    for event in watch.Watch().stream(apps.list_namespaced_stateful_set, "default", timeout_seconds=60):
        found = event["object"]
        if found.metadata.name == "web" and (found.status.ready_replicas or 0) == replicas == found.status.replicas:
            return
    raise AssertionError(f"not {replicas} pods Ready")


assert client.VersionApi(api).get_code().git_version.startswith("v1.")
assert len(core.list_node().items) == 3
assert {group.name for group in client.ApisApi(api).get_api_versions().groups} >= {"apps", "policy"}

web = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "web"},
    "spec": {
        "serviceName": "web",
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "db", "image": "db:1"}]}},
    },
}
apps.create_namespaced_stateful_set("default", web)
assert refused(409, lambda: apps.create_namespaced_stateful_set("default", web))["reason"] == "AlreadyExists"
rollout(2)
apps.patch_namespaced_stateful_set_scale("web", "default", {"spec": {"replicas": 3}})
rollout(3)
assert apps.read_namespaced_stateful_set_scale("web", "default").status.replicas == 3
pods = core.list_namespaced_pod("default", label_selector="app=web", limit=2)
assert len(pods.items) == 2 and pods.metadata._continue
rest = core.list_namespaced_pod("default", label_selector="app=web", limit=2, _continue=pods.metadata._continue)
assert [pod.metadata.name for pod in rest.items] == ["web-2"]

patched = apps.patch_namespaced_stateful_set("web", "default", {"metadata": {"labels": {"a": "b"}}}, field_manager="python")
assert any(entry.manager == "python" for entry in patched.metadata.managed_fields)
assert refused(422, lambda: apps.patch_namespaced_stateful_set("web", "default", {"spec": {"replicas": -1}}))["reason"] == "Invalid"

printed = stream(core.connect_get_namespaced_pod_exec, "web-0", "default", command=["hostname"], stdout=True, stderr=True)
assert printed.strip() == "web-0", printed
assert isinstance(core.read_namespaced_pod_log("web-0", "default"), str)

# A change in the past: a watch from before it is refused, and a list returns a version to continue from.
version = core.list_namespaced_pod("default").metadata.resource_version
body = json.dumps({"line": "kubectl label node node-1 a=b", "at": 1000}).encode()
urllib.request.urlopen(urllib.request.Request(f"{SERVER}/ordinal/do", data=body)).read()
refused(410, lambda: next(watch.Watch().stream(core.list_namespaced_pod, "default", resource_version=version, timeout_seconds=5)))
assert int(core.list_namespaced_pod("default").metadata.resource_version) > int(version)

core.create_namespaced_config_map("default", {"metadata": {"name": "late"}, "data": {"a": "b"}})
replaced = core.read_namespaced_config_map("late", "default")
replaced.data = {"a": "c"}
assert core.replace_namespaced_config_map("late", "default", replaced).data == {"a": "c"}
assert refused(409, lambda: core.replace_namespaced_config_map("late", "default", replaced))["reason"] == "Conflict"
core.delete_namespaced_config_map("late", "default")
refused(404, lambda: core.read_namespaced_config_map("late", "default"))

crds = client.ApiextensionsV1Api(api)
schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
crds.create_custom_resource_definition(
    {
        "metadata": {"name": "works.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"kind": "Work", "listKind": "WorkList", "plural": "works", "singular": "work"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
)
time.sleep(0.5)
custom = client.CustomObjectsApi(api)
work = {"apiVersion": "example.com/v1", "kind": "Work", "metadata": {"name": "w"}, "spec": {"size": 1}}
custom.create_namespaced_custom_object("example.com", "v1", "default", "works", work)
assert custom.list_namespaced_custom_object("example.com", "v1", "default", "works")["items"][0]["spec"] == {"size": 1}
print("python: list, pages, watch, create, replace, patch, scale, exec, logs, 410, delete, and custom resources")
