// The OpenAI protocol out of your own process: a server, and a client that is not ours.
//   ./cumae run examples/Serve.java
import org.cumae.serve.*;
import org.cumae.text.TextModel;

import java.net.http.*;

void main(String[] args) throws Exception {
    try (CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
            TextModel model = TextModel.open(args.length > 0 ? args[0] : "shakespeare");
            HttpClient client = HttpClient.newHttpClient()) {
        server.add("plays", model);
        String body =
                """
                {"model": "plays", "prompt": "JULIET:", "max_tokens": 40, "seed": 5}
                """;
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + "/v1/completions"))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        IO.println(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
