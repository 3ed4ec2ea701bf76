package org.cumae.serve;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;

import org.cumae.engine.InFlight;
import org.cumae.image.PictureModel;
import org.cumae.text.TextModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

/// The HTTP server: OpenAI's protocol, the native stream, worlds, health, metrics, and the studio.
///
/// It begins to listen at once, so that its page is there while models load; [#add] makes a model
/// known. Closing drains: new work is refused with 503, running answers go on up to a limit.
public final class CumaeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CumaeServer.class);

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final java.util.logging.Logger HELIDON =
            java.util.logging.Logger.getLogger("io.helidon");

    static {
        HELIDON.setLevel(Level.WARNING);
    }

    private final ServerOptions options;
    private final ServedModels models = new ServedModels();
    private final ServedWorlds worlds = new ServedWorlds();
    private final ServedPictures pictures = new ServedPictures();
    private final ServeMetrics metrics = new ServeMetrics();
    private final Doors doors;
    private final Keys keys;
    private final RateLimit rate;
    private final WebServer server;
    private final InFlight working = new InFlight();
    private volatile boolean draining;

    private CumaeServer(ServerOptions options) {
        this.options = options;
        this.doors = new Doors(options);
        this.keys = new Keys(options.keys());
        this.rate = new RateLimit(options.perMinute(), System::nanoTime);
        var building =
                WebServer.builder()
                        .host(options.host())
                        .port(options.port())
                        // longer bodies end the connection; shorter ones are refused in words
                        .maxPayloadSize(options.maxBodyBytes() + Json.MOST_DISCARDED)
                        .shutdownHook(false)
                        .idleConnectionTimeout(LONGEST) // streams count as idle
                        .useNio(false) // only its plain sockets tell when a client hangs up
                        .directHandlers(ProtocolFaults.handlers())
                        .addProtocol(
                                Http1Config.builder()
                                        .addReceiveListener(Wire.listener())
                                        .maxPrologueLength(8192)
                                        .maxHeadersSize(65_536)
                                        .build())
                        .routing(this::route);
        options.certificate()
                .ifPresent(
                        certificate -> building.tls(tls -> tls.sslContext(certificate.context())));
        this.server = building.build();
    }

    /// Begins to listen.
    public static CumaeServer start(ServerOptions options) {
        CumaeServer server = new CumaeServer(options);
        server.server.start();
        return server;
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    /// Where a browser finds the studio.
    public String url() {
        String host = options.host().equals("0.0.0.0") ? "localhost" : options.host();
        return "%s://%s:%d"
                .formatted(
                        options.certificate().isPresent() ? "https" : "http",
                        host.equals("127.0.0.1") ? "localhost" : host,
                        port());
    }

    /// Makes a model known under a name. The caller closes it, after the server.
    public void add(String name, TextModel model) {
        add(new ServedText(name, model, models::text));
    }

    /// Makes a model that draws pictures known under a name. The caller closes it, after the
    /// server.
    public void add(String name, PictureModel model) {
        pictures.add(name, model);
    }

    /// Makes a model known.
    void add(Served model) {
        metrics.know(model);
        models.add(model);
    }

    ServeMetrics metrics() {
        return metrics;
    }

    private void route(HttpRouting.Builder routing) {
        OperationRoutes operation = new OperationRoutes(models, metrics, () -> draining);
        ModelRoutes list = new ModelRoutes(models);
        TokenRoutes tokens = new TokenRoutes(models);
        StudioFiles studio = new StudioFiles();
        Table table = new Table();
        for (String path : List.of("/health/live", "/ping")) {
            table.open(path, operation::live);
        }
        for (String path : List.of("/health", "/healthz", "/health/ready", "/v1/health")) {
            table.open(path, operation::ready);
        }
        table.on("GET", "/metrics", operation::metrics);
        table.on("GET", "/props", operation::props);
        table.on("GET", "/v1/models", list::list);
        table.on("GET", "/v1/models/{id}", list::one);
        table.on("GET", "/cumae/v1/decoders", list::decoders);
        table.on("POST", "/tokenize", working(tokens::tokenize));
        table.on("POST", "/detokenize", working(tokens::detokenize));
        table.on("POST", "/v1/completions", working(new CompletionRoute(models, metrics)));
        table.on("POST", "/v1/chat/completions", working(new ChatRoute(models, metrics)));
        table.on("POST", "/cumae/v1/generate", working(new GenerateRoute(models, metrics)));
        table.on("GET", "/cumae/v1/forecast", ForecastRoute::list);
        table.on("POST", "/v1/forecast", working(new ForecastRoute()));
        ImageRoutes images = new ImageRoutes(pictures);
        table.on("POST", "/v1/images/generations", working(images::generations));
        table.on("GET", "/cumae/v1/images", images::list);
        table.on("POST", "/cumae/v1/images/draw", working(images::draw));
        WorldRoutes world = new WorldRoutes(worlds);
        table.on("GET", "/cumae/v1/world", world::list);
        world.each(
                named ->
                        table.on(
                                "POST",
                                "/cumae/v1/world/" + named.getKey(),
                                working(named.getValue())));
        for (String path : List.of("/", "/{file}", "/js/{file}")) {
            table.on("GET", path, studio);
        }
        table.build(routing);
    }

    /// A route that is closed while the server drains.
    private Route working(Route route) {
        return exchange -> {
            working.enter(); // before it is asked whether the server drains, which then waits for
            // it
            try {
                if (draining) {
                    throw ApiError.notNow("the server is stopping; ask another, or try again");
                }
                rate.take(keys.caller(exchange.request()))
                        .ifPresent(
                                left ->
                                        exchange.remaining(
                                                options.perMinute().orElseThrow(), left));
                route.handle(exchange);
            } finally {
                working.leave();
            }
        };
    }

    /// The routes by path, so that a wrong method can be answered with the right ones.
    private final class Table {
        private final Map<String, Map<String, Route>> routes = new LinkedHashMap<>();

        /// For whoever brings a key, where one is asked for.
        void on(String method, String path, Route route) {
            add(
                    method,
                    path,
                    exchange -> {
                        keys.caller(exchange.request());
                        route.handle(exchange);
                    });
        }

        /// For anybody.
        void open(String path, Route route) {
            add("GET", path, route);
        }

        private void add(String method, String path, Route route) {
            routes.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put(method, route);
        }

        void build(HttpRouting.Builder routing) {
            routes.forEach(
                    (path, methods) -> {
                        methods.forEach(
                                (method, route) ->
                                        routing.route(
                                                Method.create(method),
                                                path,
                                                (request, response) ->
                                                        serve(request, response, route)));
                        routing.any(
                                path,
                                (request, response) ->
                                        serve(request, response, wrongMethod(path, methods)));
                    });
            routing.any(
                    (request, response) ->
                            serve(
                                    request,
                                    response,
                                    exchange -> {
                                        keys.caller(exchange.request());
                                        throw StudioFiles.noRoute(exchange.path());
                                    }));
        }

        private Route wrongMethod(String path, Map<String, Route> methods) {
            List<String> allowed = new ArrayList<>(methods.keySet());
            return exchange -> {
                keys.caller(exchange.request());
                if (path.contains("{file}")) {
                    throw StudioFiles.noRoute(exchange.path());
                }
                exchange.response().header(HeaderNames.ALLOW, String.join(", ", allowed));
                throw ApiError.other(
                        405,
                        "invalid_request_error",
                        "method_not_allowed",
                        "%s is not for %s; use %s"
                                .formatted(
                                        exchange.path(),
                                        ApiError.shortened(exchange.method()),
                                        String.join(" or ", allowed)));
            };
        }
    }

    private void serve(ServerRequest request, ServerResponse response, Route route) {
        long begin = System.nanoTime();
        Exchange exchange = new Exchange(request, response, options);
        Doors.label(response);
        int status = 499;
        try {
            doors.check(request);
            route.handle(exchange);
            status = response.status().code();
        } catch (ClientGone e) {
            throw new io.helidon.webserver.CloseConnectionException("client gone");
        } catch (Exception | StackOverflowError e) {
            ApiError error = Faults.error(exchange, e);
            status = error.status();
            if (!response.isSent()) {
                exchange.refuse(error);
            }
        } finally {
            metrics.answered(status);
            RequestLog.line(exchange, status, (System.nanoTime() - begin) / 1e6);
        }
    }

    /// Refuses new work, waits for running answers up to the limit, and stops listening.
    @Override
    public void close() {
        draining = true;
        try {
            if (!working.awaitNone(options.drain())) {
                LOG.warn("{} answers were not finished in {}", working.count(), options.drain());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // idle connections are interrupted now, of which Helidon would warn one by one
        HELIDON.setLevel(Level.SEVERE);
        server.stop();
        worlds.close();
        HELIDON.setLevel(Level.WARNING);
        LOG.info("stopped");
    }
}
