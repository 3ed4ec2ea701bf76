package org.cumae.serve;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/// An OpenAI stream: chunks as they come, one finish for each choice, the counts when asked for,
/// and `[DONE]`. Only text that stays is sent.
final class Streaming {
    private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

    private Streaming() {}

    /// How the chunks of a route look.
    interface Chunks {
        /// Before the first step of a choice.
        void begin(EventStream out, int choice);

        /// A step, where it has anything to tell.
        Optional<ObjectNode> step(int choice, Served.Step step);

        /// The end of a choice.
        ObjectNode end(int choice, String rest, String finish);
    }

    /// Sends all of an answer. A fault after the first chunk becomes an error event.
    static void run(
            Exchange exchange,
            Answer answer,
            Reply reply,
            Writing writing,
            Wire wire,
            Chunks chunks) {
        writing.awaitBegin();
        try (EventStream out = new EventStream(exchange.response())) {
            for (int choice = 0; choice < answer.parts().size(); choice++) {
                chunks.begin(out, choice);
            }
            try {
                writing.read(wire, out::ping, event -> tell(out, answer, reply, chunks, event));
                if (reply.usage()) {
                    ObjectNode last = answer.head();
                    last.set("usage", answer.usage());
                    last.set("cumae", answer.cumae(reply.ledger()));
                    out.data(last);
                }
            } catch (ClientGone e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.debug("{} failed while streaming", exchange.id());
                out.data(Faults.error(exchange, e).body());
            }
            out.done();
        }
    }

    private static void tell(
            EventStream out, Answer answer, Reply reply, Chunks chunks, Writing.Event event) {
        switch (event) {
            case Writing.Event.Stepped(int choice, Served.Step step) -> {
                Optional<ObjectNode> chunk = chunks.step(choice, step);
                answer.take(event).streamed.append(step.settled());
                chunk.ifPresent(told -> send(out, answer, reply, told));
            }
            case Writing.Event.Ended(int choice, Served.Written written) -> {
                Answer.Part part = answer.take(event);
                ObjectNode chunk = chunks.end(choice, part.rest(), written.finishReason());
                if (!reply.usage()) {
                    chunk.set("cumae", answer.cumae(reply.ledger()));
                }
                send(out, answer, reply, chunk);
            }
            case Writing.Event.Failed(int _, RuntimeException fault) -> throw fault;
        }
    }

    private static void send(EventStream out, Answer answer, Reply reply, ObjectNode chunk) {
        if (reply.continuous()) {
            chunk.set("usage", answer.usage());
        } else if (reply.usage()) {
            chunk.putNull("usage");
        }
        out.data(chunk);
    }
}
