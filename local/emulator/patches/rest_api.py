"""REST APIs made and replaced from a swagger document, as `chalice deploy` does it.

Stock ImportRestApi answers with an empty API, PutRestApi is unknown, and the importer drops the
responses of an integration, which is where Chalice writes its CORS preflight.
"""

import json
from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway_v1 as gateway

type Answer = tuple[int, dict[str, str], bytes]
type Json = dict[str, Any]

_KEPT = ("requestTemplates", "requestParameters", "passthroughBehavior", "contentHandling")

_stock_handle_request = gateway.handle_request


def apply() -> None:
    """Answer import, overwrite and Chalice's compression setting ourselves; the rest is stock."""
    gateway.handle_request = _handle_request


async def _handle_request(
    method: str, path: str, headers: Json, body: bytes, query: Mapping[str, Any]
) -> Answer:
    match method, [part for part in path.strip("/").split("/") if part]:
        case "POST", ["restapis"] if "mode" in query:
            return _import(json.loads(body), query)
        case "PUT", ["restapis", api_id]:
            return _overwrite(api_id, json.loads(body), query)
        case "PATCH", ["restapis", _]:
            body = _with_numbers(body)
    answer: Answer = await _stock_handle_request(method, path, headers, body, query)
    return answer


def _import(spec: Json, query: Mapping[str, Any]) -> Answer:
    created: Answer = gateway._create_rest_api({"name": spec["info"]["title"]})
    api_id = json.loads(created[2])["id"]
    _load(api_id, spec, query)
    _, headers, body = gateway._get_rest_api(api_id)
    return 201, headers, body


def _overwrite(api_id: str, spec: Json, query: Mapping[str, Any]) -> Answer:
    if api_id in gateway._rest_apis:
        # AWS throws these away with the old definition; the finish step puts them back.
        gateway._gateway_responses[api_id] = {}
        _load(api_id, spec, query)
    answer: Answer = gateway._get_rest_api(api_id)
    return answer


def _load(api_id: str, spec: Json, query: Mapping[str, Any]) -> None:
    api = gateway._rest_apis[api_id]
    api["name"] = spec.get("info", {}).get("title", api["name"])
    api["version"] = spec.get("info", {}).get("version", "")
    api["binaryMediaTypes"] = spec.get("x-amazon-apigateway-binary-media-types", [])
    api["policy"] = spec.get("x-amazon-apigateway-policy")
    if types := query.get("endpointConfigurationTypes"):
        api["endpointConfiguration"] = {"types": types if isinstance(types, list) else [types]}
    gateway._authorizers_v1[api_id] = {}
    gateway._resources[api_id] = {
        key: {**resource, "resourceMethods": {}}
        for key, resource in gateway._resources[api_id].items()
        if resource["path"] == "/"
    }
    schemes = gateway._import_security_schemes(api_id, spec)
    for path, item in spec.get("paths", {}).items():
        gateway._import_path_item(api_id, path, item, schemes, spec.get("security"))
    for resource_id, resource in gateway._resources[api_id].items():
        for name, operation in spec.get("paths", {}).get(resource["path"], {}).items():
            if name.upper() in resource["resourceMethods"]:
                _complete(api_id, resource_id, name.upper(), operation)


def _complete(api_id: str, resource_id: str, method: str, operation: Json) -> None:
    integration = operation.get("x-amazon-apigateway-integration") or {}
    for status in operation.get("responses", {}):
        gateway._put_method_response(api_id, resource_id, method, status, {})
    stored = gateway._resources[api_id][resource_id]["resourceMethods"][method]["methodIntegration"]
    stored |= {key: integration[key] for key in _KEPT if key in integration}
    for response in (integration.get("responses") or {}).values():
        gateway._put_integration_response(
            api_id, resource_id, method, response["statusCode"], response
        )


def _with_numbers(body: bytes) -> bytes:
    """Chalice patches minimumCompressionSize with a text; stock would keep it as one."""
    data = json.loads(body)
    for operation in data.get("patchOperations", []):
        if operation.get("path") == "/minimumCompressionSize":
            operation["value"] = int(operation["value"]) if operation.get("value") else None
    return json.dumps(data).encode()
