package org.cumae.serve;

import org.cumae.decode.Decoder;
import org.cumae.decode.named.Decoders;
import org.cumae.decode.named.Named;
import org.cumae.decode.named.Offer;
import org.cumae.decode.named.Setting;
import org.cumae.engine.EngineStats;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;
import org.cumae.text.ChatTemplate;
import org.cumae.text.GenerationOptions;
import org.cumae.text.Knob;
import org.cumae.text.Prompt;
import org.cumae.text.TextCard;
import org.cumae.text.TextGeneration;
import org.cumae.text.TextListener;
import org.cumae.text.TextModel;
import org.cumae.text.TextPiece;
import org.cumae.text.TextRequest;
import org.cumae.text.TokenChance;
import org.cumae.text.TokenRules;
import org.cumae.text.ToolForm;
import org.cumae.unit.Encoding;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;

/// A text model behind the server's doors.
final class ServedText implements Served {
    /// One request shall not take the memory of all: wider beams are for those at the machine.
    private static final double MOST_OF_A_SETTING = 256;

    private final String id;
    private final TextModel model;
    private final long created = System.currentTimeMillis() / 1000;
    private final List<DecoderCard> decoders;
    private final Function<String, Optional<TextModel>> others;

    /// A model under a name.
    ///
    /// @param others finds the models that are served beside it, to draft with
    ServedText(String id, TextModel model, Function<String, Optional<TextModel>> others) {
        this.id = id;
        this.model = model;
        this.others = others;
        this.decoders =
                Decoders.offers().stream().filter(this::suits).map(ServedText::card).toList();
    }

    private boolean suits(Offer offer) {
        return model.card().card().capabilities().containsAll(offer.needs());
    }

    private static DecoderCard card(Offer offer) {
        String name = offer.name();
        String title = Character.toUpperCase(name.charAt(0)) + name.substring(1).replace('_', ' ');
        return new DecoderCard(
                name,
                title,
                offer.summary(),
                offer.settings().stream().map(ServedText::parameter).toList());
    }

    private static DecoderCard.Parameter parameter(Setting setting) {
        String standard = setting.standard();
        boolean whole = standard.matches("-?[0-9]+");
        boolean number = whole || standard.matches("-?[0-9]*\\.[0-9]+(E-?[0-9]+)?");
        Object value =
                whole
                        ? (Object) Integer.valueOf(standard)
                        : number ? Double.valueOf(standard) : standard;
        return new DecoderCard.Parameter(
                setting.name(),
                whole ? "integer" : number ? "number" : "string",
                value,
                null,
                whole ? MOST_OF_A_SETTING : null,
                setting.choices(),
                setting.summary());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        TextCard card = model.card();
        return "%s, %,d weights, %s on %s"
                .formatted(card.family(), card.parameters(), card.dtype(), card.device());
    }

    @Override
    public int vocabulary() {
        return model.card().card().vocabulary();
    }

    @Override
    public int maxLength() {
        return model.card().card().maxLength();
    }

    @Override
    public boolean infills() {
        return model.infills();
    }

    @Override
    public boolean chats() {
        return model.chatTemplate().isPresent();
    }

    @Override
    public OptionalInt bos() {
        return model.tokenizer().special().begin();
    }

    @Override
    public long created() {
        return created;
    }

    @Override
    public List<String> starters() {
        return model.card().starters().texts();
    }

    @Override
    public List<DecoderCard> decoders() {
        return decoders;
    }

    @Override
    public Optional<EngineStats> engine() {
        return Optional.of(model.stats());
    }

    @Override
    public Duration inPass() {
        return model.engine().inPass();
    }

    @Override
    public Map<String, Double> defaults() {
        GenerationOptions inForce = model.inForce(GenerationOptions.NONE);
        Map<String, Double> defaults = new HashMap<>();
        for (Knob knob : Knob.values()) {
            defaults.put(knob.word(), inForce.get(knob));
        }
        return defaults;
    }

    @Override
    public int[] encode(String text, boolean special) {
        return model.tokenizer().encode(text, special ? Encoding.PROMPT : Encoding.PLAIN);
    }

    @Override
    public String decode(int[] ids) {
        return model.tokenizer().decode(ids);
    }

    @Override
    public String piece(int id) {
        return id < model.tokenizer().size()
                ? new String(model.tokenizer().bytes(id), StandardCharsets.UTF_8)
                : "";
    }

    @Override
    public Optional<ToolForm> tools() {
        return model.chatTemplate().flatMap(ChatTemplate::toolForm);
    }

    @Override
    public boolean steers(int id) {
        return model.tokenizer().special().contains(id);
    }

    @Override
    public int[] chat(Prompt.Chat conversation) {
        return model.tokenize(conversation).toArray();
    }

    @Override
    public Written write(Ask ask, Steps steps) {
        StepTeller teller = new StepTeller(ask, vocabulary(), steps);
        TextGeneration written = model.generate(request(ask), teller);
        return new Written(
                written.text(),
                Arrays.stream(written.tokens().toArray()).boxed().toList(),
                written.finish().reason(),
                cost(written.ledger()));
    }

    private TextRequest request(Ask ask) {
        Ask.Stopping stopping = ask.stopping();
        return TextRequest.of(new Prompt.Ids(tokens(ask.prompt())))
                .withSuffix(ask.suffix())
                .withOptions(options(ask))
                .withSeed(ask.seed())
                .withStops(stopping.strings())
                .withStopTokens(tokens(new TreeSet<>(stopping.ids()).stream().toList()))
                .withIgnoreEnd(stopping.ignoreEos())
                .withRules(
                        new TokenRules(
                                ask.drawing().logitBias(),
                                ask.drawing().allowed(),
                                List.of(),
                                ask.drawing().grammar()))
                .withTerms(ask.terms())
                .withDecoder(decoder(ask.decoder()))
                .withAlternatives(ask.alternatives() > 0 ? TextRequest.MOST_ALTERNATIVES : 0);
    }

    private static Tokens tokens(List<Integer> ids) {
        return Tokens.of(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    private Decoder decoder(Ask.Choice choice) {
        Map<String, String> settings = new HashMap<>();
        choice.settings().forEach((name, value) -> settings.put(name, value.toString()));
        try {
            return model.decoder(new Named(choice.name(), settings), others);
        } catch (IllegalArgumentException e) {
            throw ApiError.badField("decoder", "%s", String.valueOf(e.getMessage()));
        }
    }

    TextModel model() {
        return model;
    }

    private static GenerationOptions options(Ask ask) {
        Ask.Drawing drawing = ask.drawing();
        Map<Knob, Double> values = new EnumMap<>(Knob.class);
        values.put(Knob.MAX_TOKENS, (double) ask.maxTokens());
        values.put(Knob.MIN_TOKENS, (double) Math.min(ask.stopping().minTokens(), ask.maxTokens()));
        values.put(Knob.TEMPERATURE, drawing.temperature());
        values.put(Knob.TOP_K, (double) drawing.topK());
        values.put(Knob.TOP_P, drawing.topP());
        values.put(Knob.MIN_P, drawing.minP());
        values.put(Knob.TYPICAL_P, drawing.typicalP());
        values.put(Knob.REPETITION_PENALTY, drawing.repetitionPenalty());
        values.put(Knob.PRESENCE_PENALTY, drawing.presencePenalty());
        values.put(Knob.FREQUENCY_PENALTY, drawing.frequencyPenalty());
        return new GenerationOptions(values);
    }

    private static Cost cost(Ledger.Entry entry) {
        return new Cost(
                entry.forwards(),
                entry.rows(),
                entry.peakRows(),
                entry.cachedRows(),
                entry.recomputedRows(),
                entry.emitted(),
                entry.commits(),
                entry.drafted(),
                entry.acceptedLengths(),
                entry.seconds(),
                entry.queuedSeconds(),
                entry.forwardSeconds(),
                entry.draftSeconds(),
                entry.verifySeconds(),
                entry.exact());
    }

    /// Turns a listener's pieces into steps.
    private static final class StepTeller implements TextListener {
        private final Ask ask;
        private final int vocabulary;
        private final Steps steps;
        private Ledger ledger = new Ledger();
        private int count;

        StepTeller(Ask ask, int vocabulary, Steps steps) {
            this.ask = ask;
            this.vocabulary = vocabulary;
            this.steps = steps;
        }

        @Override
        public void begins(Ledger ledger) {
            this.ledger = ledger;
        }

        @Override
        public boolean accept(TextPiece piece) {
            // A last piece without a token only frees text, which the written whole has too.
            return piece.token().map(token -> tell(token, piece.text())).orElse(true);
        }

        private boolean tell(TokenChance token, String settled) {
            Ledger.Entry sofar = ledger.entry(count + 1, 0);
            return steps.step(
                    new Step(
                            count++,
                            ask.prompt().size() + token.position(),
                            token.id(),
                            token.text(),
                            settled,
                            State.valueOf(token.state().name()),
                            token.probability(),
                            filtered(token, token.id()),
                            entropy(token),
                            token.alternatives().stream()
                                    .limit(ask.alternatives())
                                    .map(other -> alternative(token, other))
                                    .toList(),
                            token.draft().stream().map(StepTeller::guess).toList(),
                            sofar.forwards(),
                            sofar.rows()));
        }

        private static Guess guess(TokenChance.Guess guess) {
            return new Guess(guess.parent(), guess.id(), guess.text(), guess.accepted());
        }

        private static Alternative alternative(TokenChance token, TokenChance.Alternative other) {
            return new Alternative(
                    other.id(), other.text(), other.probability(), filtered(token, other.id()));
        }

        /// The probability after all filters; not known when more tokens were left than are told.
        private static double filtered(TokenChance token, int id) {
            List<TokenChance.Alternative> drawn = token.drawnFrom();
            for (TokenChance.Alternative one : drawn) {
                if (one.id() == id) {
                    return one.probability();
                }
            }
            double told = drawn.stream().mapToDouble(TokenChance.Alternative::probability).sum();
            boolean all = drawn.size() < TextRequest.MOST_ALTERNATIVES || told > 1 - 1e-6;
            return !drawn.isEmpty() && all ? 0 : Double.NaN;
        }

        /// Entropy in bits, with all tokens beyond those told taken as equally probable: at most
        /// that much, and exact where the told ones are all there is.
        private double entropy(TokenChance token) {
            if (token.alternatives().isEmpty()) {
                return Double.NaN;
            }
            double bits = 0;
            double rest = 1;
            for (TokenChance.Alternative one : token.alternatives()) {
                double p = one.probability();
                bits -= p > 0 ? p * log2(p) : 0;
                rest -= p;
            }
            int others = vocabulary - token.alternatives().size();
            boolean known = rest <= 1e-6 || others <= 0;
            return known ? bits : bits - rest * log2(rest / others);
        }

        private static double log2(double x) {
            return Math.log(x) / Math.log(2);
        }
    }
}
