package org.cumae.cli;

import org.cumae.serve.CumaeServer;
import org.cumae.serve.ServerOptions;
import org.cumae.text.TextModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `cumae serve MODEL...`: the OpenAI protocol and the studio.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve models over HTTP: the OpenAI protocol, and the studio at /.",
            "Ends when a signal comes (Ctrl-C)."
        },
        footer = {
            "",
            "Example: ./cumae serve model.gguf",
            "  curl http://localhost:8080/v1/completions -H 'Content-Type: application/json' \\",
            "       -d '{\"model\": \"model\", \"prompt\": \"Once upon a time\", \"max_tokens\": 40}'"
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            description = "GGUF files or Hugging Face directories")
    private List<String> models = new ArrayList<>();

    @Option(names = "--port", description = "where to listen; 0 takes a free port (default 8080)")
    private int port = ServerOptions.DEFAULT.port();

    @Override
    public Integer call() throws InterruptedException {
        // Opened first: a file that cannot be read should not leave a server behind.
        List<TextModel> open = models.stream().map(TextModel::open).toList();
        CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(port));
        for (int i = 0; i < open.size(); i++) {
            server.add(name(models.get(i)), open.get(i));
        }
        output.print(started(server), () -> "serving at " + server.url());
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(
                                        () -> {
                                            server.close();
                                            open.forEach(TextModel::close);
                                        }));
        new CountDownLatch(1).await(); // until a signal comes
        return 0;
    }

    private ObjectNode started(CumaeServer server) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("url", server.url()).put("port", server.port());
        object.set(
                "models",
                Json.MAPPER.valueToTree(models.stream().map(ServeCommand::name).toList()));
        return object;
    }

    /// A file's name without its ending.
    private static String name(String model) {
        String file = String.valueOf(Path.of(model).toAbsolutePath().normalize().getFileName());
        return file.endsWith(".gguf") ? file.substring(0, file.length() - 5) : file;
    }
}
