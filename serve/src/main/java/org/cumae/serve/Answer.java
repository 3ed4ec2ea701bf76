package org.cumae.serve;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What completions and chat answers have in common: the head of every body and chunk, the counts,
/// the ledger.
final class Answer {
    private final String id;
    private final String object;
    private final long created = System.currentTimeMillis() / 1000;
    private final Served model;
    private final List<Ask> asks;
    private final int promptTokens;
    private final List<Part> parts = new ArrayList<>();

    /// One choice so far.
    static final class Part {
        final List<Served.Step> steps = new ArrayList<>(); // committed ones
        final StringBuilder streamed = new StringBuilder();
        Optional<Served.Written> written = Optional.empty();

        Served.Written whole() {
            return written.orElseThrow();
        }

        /// The end of the text that no step carried.
        String rest() {
            String text = whole().text();
            return text.substring(Math.min(streamed.length(), text.length()));
        }

        double meanLogProbability() {
            return steps.stream()
                    .mapToDouble(step -> Math.log(step.probability()))
                    .average()
                    .orElse(Double.NEGATIVE_INFINITY);
        }
    }

    Answer(String kind, String object, Served model, List<Ask> asks, int promptTokens) {
        this.id = kind + "-" + UUID.randomUUID().toString().replace("-", "");
        this.object = object;
        this.model = model;
        this.asks = asks;
        this.promptTokens = promptTokens;
        for (int i = 0; i < asks.size(); i++) {
            parts.add(new Part());
        }
    }

    List<Part> parts() {
        return parts;
    }

    Part part(int choice) {
        return parts.get(choice);
    }

    /// Takes an event; the part it belongs to.
    Part take(Writing.Event event) {
        Part part = part(event.choice());
        switch (event) {
            case Writing.Event.Stepped(int _, Served.Step step) -> {
                if (step.isCommitted()) {
                    part.steps.add(step);
                }
            }
            case Writing.Event.Ended(int _, Served.Written written) ->
                    part.written = Optional.of(written);
            case Writing.Event.Failed(int _, RuntimeException fault) -> throw fault;
        }
        return part;
    }

    /// A body or chunk without choices.
    ObjectNode head() {
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        head.put("id", id);
        head.put("object", object);
        head.put("created", created);
        head.put("model", model.id());
        head.putArray("choices");
        return head;
    }

    static ArrayNode choices(ObjectNode head) {
        return (ArrayNode) head.get("choices");
    }

    int completionTokens() {
        return parts.stream()
                .mapToInt(part -> part.written.map(w -> w.ids().size()).orElse(part.steps.size()))
                .sum();
    }

    int promptTokens() {
        return promptTokens;
    }

    /// The tokens counted.
    ObjectNode usage() {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        int completion = completionTokens();
        usage.put("prompt_tokens", promptTokens);
        usage.put("completion_tokens", completion);
        usage.put("total_tokens", promptTokens + completion);
        long cached =
                parts.stream()
                        .flatMap(part -> part.written.stream())
                        .mapToLong(written -> written.ledger().cachedRows())
                        .sum();
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", Math.min(cached, promptTokens));
        return usage;
    }

    /// What only Cumae says: the seed and decoder used, and the cost when it was asked for.
    ObjectNode cumae(boolean ledger) {
        ObjectNode cumae = JsonNodeFactory.instance.objectNode();
        cumae.put("seed", asks.getFirst().seed());
        cumae.put("decoder", asks.getFirst().decoder().name());
        boolean late =
                parts.stream()
                        .flatMap(part -> part.written.stream())
                        .anyMatch(written -> written.finish().equals("time"));
        if (late) {
            cumae.put("stopped", "time");
        }
        if (ledger) {
            cumae.set(
                    "ledger",
                    ledger(
                            parts.stream()
                                    .flatMap(part -> part.written.stream())
                                    .map(Served.Written::ledger)
                                    .toList()));
        }
        return cumae;
    }

    /// Ledgers added up; the seconds are those of the longest.
    static ObjectNode ledger(List<Served.Cost> costs) {
        ObjectNode ledger = JsonNodeFactory.instance.objectNode();
        ledger.put("forwards", costs.stream().mapToLong(Served.Cost::forwards).sum());
        ledger.put("rows", costs.stream().mapToLong(Served.Cost::rows).sum());
        ledger.put("peak_rows", costs.stream().mapToLong(Served.Cost::peakRows).max().orElse(0));
        ledger.put("cached_rows", costs.stream().mapToLong(Served.Cost::cachedRows).sum());
        ledger.put("recomputed_rows", costs.stream().mapToLong(Served.Cost::recomputedRows).sum());
        ledger.put("emitted", costs.stream().mapToLong(Served.Cost::emitted).sum());
        long commits = costs.stream().mapToLong(Served.Cost::commits).sum();
        if (commits > 0) {
            ledger.put("commits", commits);
        }
        long drafted = costs.stream().mapToLong(Served.Cost::drafted).sum();
        if (drafted > 0) {
            ledger.put("drafted", drafted);
            ArrayNode accepted = ledger.putArray("accepted_lengths");
            costs.forEach(cost -> cost.accepted().forEach(accepted::add));
        }
        boolean exact = costs.stream().allMatch(Served.Cost::exact);
        if (drafted > 0 || !exact) {
            ledger.put("exact", exact);
        }
        costs.stream()
                .max(Comparator.comparingDouble(Served.Cost::seconds))
                .ifPresent(
                        longest -> {
                            ledger.put("seconds", longest.seconds());
                            ledger.put("queued_seconds", longest.queuedSeconds());
                            ledger.put("forward_seconds", longest.forwardSeconds());
                            if (longest.drafted() > 0) {
                                ledger.put("draft_seconds", longest.draftSeconds());
                                ledger.put("verify_seconds", longest.verifySeconds());
                            }
                        });
        return ledger;
    }

    static void putIds(ObjectNode node, String name, List<Integer> ids) {
        ArrayNode array = node.putArray(name);
        ids.forEach(array::add);
    }
}
