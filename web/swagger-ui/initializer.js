// Starts Swagger UI on the document of the server that this page came from.
SwaggerUIBundle({
    dom_id: '#swagger-ui',
    url: '/openapi.json',
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    // The badge would send the document's address to a validator of the package's makers.
    validatorUrl: null,
});
