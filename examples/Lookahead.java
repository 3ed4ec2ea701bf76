// A way of writing of your own: of the two likeliest tokens take the one after which the model is
// surer what follows. It branches the context, asks both branches in one pass, and keeps the
// better.
//   ./cumae run examples/Lookahead.java
import org.cumae.decode.*;
import org.cumae.distribution.*;
import org.cumae.model.*;
import org.cumae.text.*;

record Lookahead() implements Decoder {
    public String name() {
        return "lookahead";
    }

    public Set<Capability> needs() {
        return EnumSet.of(Capability.NEXT_TOKEN);
    }

    public Generation decode(Context context, Request request, Sink sink) {
        Transcript out = new Transcript(this, context, request, sink);
        Finding found = context.ask(Query.next(request.prompt())).findings().getFirst();
        while (out.isOpen()) {
            Categorical law = out.law(found, 0);
            List<Integer> best =
                    IntStream.range(0, law.size())
                            .boxed()
                            .sorted(Comparator.comparingDouble(id -> -law.logitOf(id)))
                            .limit(2)
                            .toList();
            List<Context> branches = best.stream().map(_ -> context.fork()).toList();
            List<Question> questions =
                    IntStream.range(0, best.size())
                            .mapToObj(i -> new Question(branches.get(i), Query.next(best.get(i))))
                            .toList();
            List<Finding> next =
                    Question.askAll(questions).stream()
                            .map(answer -> answer.findings().getFirst())
                            .toList();
            int surer =
                    IntStream.range(0, best.size())
                            .boxed()
                            .min(
                                    Comparator.comparingDouble(
                                            i -> ((Categorical) next.get(i)).entropy()))
                            .orElseThrow();
            branches.forEach(Context::close);
            out.commit(out.choice(found, law, best.get(surer)));
            found =
                    out.isOpen()
                            ? context.ask(Query.next(best.get(surer))).findings().getFirst()
                            : found;
        }
        return out.end();
    }
}

void main(String[] args) {
    try (TextModel model = TextModel.open(args.length > 0 ? args[0] : "shakespeare")) {
        TextRequest request =
                TextRequest.of("ROMEO:\n")
                        .withOptions(GenerationOptions.NONE.withMaxTokens(80))
                        .withDecoder(new Lookahead());
        IO.println(model.generate(request).text());
    }
}
