"""Make every app's API document and Postman collection from its routes and their contracts."""
