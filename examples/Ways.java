// One text written in three ways by one model: what each takes, and that it is the same text.
//   ./cumae run examples/Ways.java
import org.cumae.decode.named.Named;
import org.cumae.model.Ledger;
import org.cumae.text.*;

static final List<String> WAYS =
        List.of("sequential", "speculative:suffix", "block-diffusion:tau=2,verify=exact");

void main(String[] args) {
    String prompt = "# generated using pymatgen\ndata_SrTiO3\n";
    try (TextModel model = TextModel.open(args.length > 0 ? args[0] : "crystals-wedlm")) {
        TextRequest request =
                TextRequest.of(args.length > 1 ? args[1] : prompt)
                        .withOptions(GenerationOptions.NONE.withMaxTokens(200).withTemperature(0));
        for (String way : WAYS) {
            TextGeneration text =
                    model.generate(
                            request.withDecoder(
                                    model.decoder(Named.parse(way), _ -> Optional.empty())));
            Ledger.Entry cost = text.ledger();
            IO.println(
                    "%-36s %3d passes, %.2f tokens a pass, %08x"
                            .formatted(
                                    way,
                                    cost.forwards(),
                                    cost.emittedPerForward(),
                                    text.text().hashCode()));
        }
    }
}
