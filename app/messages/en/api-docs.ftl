# /api-docs: the words around the description of the REST API, which itself is English.
api-docs-title = REST API
# $version: of this server.
api-docs-lead = What programs can ask this server for, version { $version }.
api-docs-document = The same for programs: the OpenAPI document
api-docs-credentials = Who is calling
api-docs-common = What any address can answer
api-docs-anyone = Anyone may ask this.
api-docs-signed-in = Only for callers who say who they are.
api-docs-parameters = Parameters
api-docs-body = Body
api-docs-answers = Answers
api-docs-shapes = What bodies are made of
