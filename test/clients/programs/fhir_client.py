"""A vendor's program in Python, with nothing but the standard library: reads a scenario from its input, writes what it saw."""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

scenario = json.load(sys.stdin)
BASE = scenario["base"]


def call(method, url, body=None, **headers):
    request = urllib.request.Request(url if url.startswith("http") else BASE + url, method=method)
    request.add_header("Authorization", "Bearer " + scenario["token"])
    request.add_header("Accept", "application/fhir+json")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    if body is not None:
        request.add_header("Content-Type", "application/fhir+json")
        request.data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.load(refused)


def of(patient, resource):
    return json.loads(json.dumps(resource).replace("PATIENT", patient))


created, headers, _ = call("POST", "/Patient", scenario["patient"], If_None_Exist=scenario["condition"])
patient = headers["Location"].split("/_history")[0].split("/")[-1]
again, _, _ = call("POST", "/Patient", scenario["patient"], If_None_Exist=scenario["condition"])

_, _, answer = call("POST", "", of(patient, scenario["transaction"]))
locations = [entry["response"]["location"] for entry in answer["entry"]]
plan = next(location for location in locations if "CarePlan/" in location).split("CarePlan/")[1].split("/")[0]

provenance = json.dumps(scenario["provenance"])
_, headers, stored = call("GET", "/CarePlan/" + plan)
changed = {**stored, "title": scenario["title"]}
_, after, _ = call("PUT", "/CarePlan/" + plan, changed, If_Match=headers["ETag"], X_Provenance=provenance)
stale, _, _ = call("PUT", "/CarePlan/" + plan, {**changed, "title": "x"}, If_Match=headers["ETag"], X_Provenance=provenance)

for _ in range(3):
    call("POST", "/Observation", of(patient, scenario["observation"]), X_Provenance=provenance)
_, _, found = call("GET", "/CarePlan?" + urllib.parse.urlencode({"patient": "Patient/" + patient}))

_, _, page = call("GET", f"/Observation?patient={patient}&_count=2")
total, paged = page["total"], len(page["entry"])
while more := [link["url"] for link in page["link"] if link["relation"] == "next"]:
    _, _, page = call("GET", more[0])
    paged += len(page["entry"])

_, _, everything = call("POST", f"/Patient/{patient}/$everything?_type=Observation")

json.dump(
    {
        "created": created,
        "again": again,
        "transacted": [location.split("/_history")[0].split("/")[-2] for location in locations],
        "versionAfterUpdate": after["ETag"].split('"')[1],
        "stale": stale,
        "plansFound": found["total"],
        "total": total,
        "observationsPaged": paged,
        "everything": len(everything["entry"]),
    },
    sys.stdout,
)
