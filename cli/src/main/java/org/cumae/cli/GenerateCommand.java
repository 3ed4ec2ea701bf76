package org.cumae.cli;

import org.cumae.Check;
import org.cumae.decode.named.Named;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.Regex;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;
import org.cumae.text.GenerationOptions;
import org.cumae.text.JsonSchema;
import org.cumae.text.Knob;
import org.cumae.text.OpenModels;
import org.cumae.text.Prompt;
import org.cumae.text.RevealMap;
import org.cumae.text.TextGeneration;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;
import org.cumae.text.TokenRules;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae generate MODEL PROMPT`: continues a text.
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = "Continue a text; it appears as it is written.",
        footer = {
            "",
            "Examples:",
            "  ./cumae generate model.gguf \"Once upon a time\" --max-tokens 40 --seed 1",
            "  ./cumae generate model.gguf --prompt-ids 1,5,9 --temperature 0 --json",
            "  ./cumae generate shakespeare-infill \"To be, or \" --suffix \" is the question.\""
                    + " --max-tokens 20"
        })
final class GenerateCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description =
                    "a bundled name such as shakespeare, a GGUF file or a Hugging Face directory")
    private String model = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PROMPT",
            description = "the text to continue")
    private @Nullable String prompt;

    @Option(
            names = "--prompt-ids",
            paramLabel = "1,5,9",
            description = "token ids instead of a text")
    private @Nullable String promptIds;

    @Option(
            names = "--suffix",
            paramLabel = "TEXT",
            description =
                    "what comes after: --max-tokens are written between PROMPT and TEXT, by a model"
                            + " that infills, such as shakespeare-infill")
    private String suffix = "";

    @Option(names = "--max-tokens", description = "the most new tokens (default 256)")
    private Optional<Integer> maxTokens = Optional.empty();

    @Option(names = "--min-tokens", description = "no end before so many new tokens (default 0)")
    private Optional<Integer> minTokens = Optional.empty();

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "the text ends before this; may be given several times")
    private List<String> stops = List.of();

    @Mixin private SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=BIAS",
            description =
                    "added to the logit of a token, -100 for never; may be given several times")
    private Map<Integer, Double> bias = Map.of();

    @Option(names = "--seed", description = "the same seed gives the same text")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--decoder",
            description =
                    "sequential, beam, speculative, infill, block-diffusion, and settings behind a"
                            + " colon: beam:4, speculative:draft=ngram, block-diffusion:theta=0.8"
                            + " (default sequential)")
    private String decoder = "sequential";

    @Option(
            names = "--draft",
            description =
                    "with --decoder speculative, who proposes: suffix, ngram, lookup, aded, mtp, medusa,"
                            + " or a smaller MODEL of the same tokenizer (default suffix)")
    private Optional<String> draft = Optional.empty();

    @Option(
            names = "--law",
            description =
                    "what stays of a draft: gumbel, match, chain, block, kseq, rrs, rrs_repeating"
                            + " (default gumbel)")
    private Optional<String> law = Optional.empty();

    @Option(
            names = "--draft-length",
            description = "how many tokens are drafted; auto goes by what pays (default auto)")
    private Optional<String> draftLength = Optional.empty();

    @Option(
            names = "--draft-width",
            description = "how many candidates stand side by side (default auto)")
    private Optional<String> draftWidth = Optional.empty();

    @Option(
            names = "--json-schema",
            paramLabel = "FILE",
            description = "write only what this JSON Schema accepts")
    private Optional<Path> schema = Optional.empty();

    @Option(names = "--regex", description = "write only what this expression matches as a whole")
    private Optional<String> regex = Optional.empty();

    @Option(
            names = "--trace",
            paramLabel = "FILE.png",
            description =
                    "draw in which pass each token was written, and how sure it was; worth a look with"
                            + " block-diffusion and speculative")
    private Optional<Path> trace = Optional.empty();

    @Mixin private PlaceOptions place = new PlaceOptions();

    @Override
    public Integer call() {
        Check.argument(
                prompt != null ^ promptIds != null,
                "give a PROMPT or --prompt-ids, one of them; see cumae generate --help");
        Named named = named();
        try (TextModel open = TextModel.open(model, place.options());
                OpenModels others = new OpenModels(place.beside())) {
            TextRequest request = request().withDecoder(open.decoder(named, others::find));
            output.stream(
                    words -> {
                        RevealMap map =
                                new RevealMap(
                                        piece -> {
                                            words.accept(piece.text());
                                            return true;
                                        });
                        ObjectNode object = object(open.generate(request, map));
                        trace.ifPresent(map::write);
                        return object;
                    });
        }
        return 0;
    }

    private Named named() {
        Named named = Named.parse(decoder);
        named = set(named, "draft", draft);
        named = set(named, "law", law);
        named = set(named, "draft_length", draftLength);
        return set(named, "width", draftWidth);
    }

    private static Named set(Named named, String setting, Optional<String> value) {
        return value.isPresent() ? named.with(setting, value.get()) : named;
    }

    private TextRequest request() {
        TextRequest request =
                TextRequest.of(promptIds == null ? new Prompt.Text(text()) : ids(promptIds))
                        .withSuffix(suffix)
                        .withOptions(options())
                        .withStops(stops)
                        .withRules(rules());
        return seed.map(request::withSeed).orElse(request);
    }

    private TokenRules rules() {
        TokenRules biased = TokenRules.NONE.withBias(bias);
        return grammar().map(biased::withGrammar).orElse(biased);
    }

    private Optional<Grammar> grammar() {
        Check.argument(
                schema.isEmpty() || regex.isEmpty(),
                "a text has one form; give --json-schema or --regex, one of them");
        return regex.isPresent()
                ? regex.map(expression -> Grammar.of(Regex.parse(expression)))
                : schema.map(file -> JsonSchema.grammar(TextFile.read(file)));
    }

    private String text() {
        return Optional.ofNullable(prompt).orElse("");
    }

    private static Prompt ids(String words) {
        try {
            return new Prompt.Ids(
                    Tokens.of(
                            Arrays.stream(words.split(",", -1))
                                    .map(String::strip)
                                    .mapToInt(Integer::parseInt)
                                    .toArray()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--prompt-ids is '%s'; it must be ids with commas between, as in 1,5,9"
                            .formatted(words),
                    e);
        }
    }

    private GenerationOptions options() {
        GenerationOptions options = sampling.options();
        options = SamplingOptions.set(options, Knob.MIN_TOKENS, minTokens);
        return SamplingOptions.set(options, Knob.MAX_TOKENS, maxTokens);
    }

    private static ObjectNode object(TextGeneration made) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("text", made.text());
        List<Integer> ids = made.tokens().stream().boxed().toList();
        object.set("token_ids", Json.MAPPER.valueToTree(ids));
        object.put("finish_reason", made.finishReason());
        object.put("seed", made.seed());
        object.set("ledger", ledger(made.ledger()));
        return object;
    }

    static ObjectNode ledger(Ledger.Entry entry) {
        ObjectNode ledger =
                Json.MAPPER
                        .createObjectNode()
                        .put("forwards", entry.forwards())
                        .put("rows", entry.rows())
                        .put("emitted", entry.emitted())
                        .put("seconds", entry.seconds())
                        .put("queued_seconds", entry.queuedSeconds())
                        .put("forward_seconds", entry.forwardSeconds())
                        .put("exact", entry.exact());
        if (entry.commits() > 0) {
            ledger.put("commits", entry.commits());
        }
        if (entry.drafted() > 0 || entry.emitted() > entry.forwards()) {
            ledger.put("emitted_per_forward", entry.emittedPerForward());
        }
        if (entry.drafted() > 0) {
            ledger.put("drafts", entry.acceptedLengths().size())
                    .put("drafted", entry.drafted())
                    .put("accepted", entry.accepted())
                    .put("acceptance_rate", entry.acceptanceRate())
                    .put("draft_seconds", entry.draftSeconds())
                    .put("verify_seconds", entry.verifySeconds())
                    .set(
                            "accepted_by_position",
                            Json.MAPPER.valueToTree(entry.acceptedByPosition()));
        }
        return ledger;
    }
}
