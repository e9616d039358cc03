"""The API for assistants: a server of the Model Context Protocol whose tools are operations of the API."""
