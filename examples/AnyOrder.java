// Anything given anything: a world is told a few patches of its frames, in any order, and asked for
// the others one after the other or all at once.
//   ./cumae run examples/AnyOrder.java
import org.cumae.canvas.Canvas;
import org.cumae.psi.Inquiry;
import org.cumae.world.*;

static final List<String> ASKED =
        List.of("rgb0->rgb1", "rgb0,rgb1[10%]->rgb1", "rgb0,rgb1[10%]->rgb1:par", "rgb1->rgb0");

void main(String[] args) {
    try (OpenWorld open = Worlds.open(args.length > 0 ? args[0] : "moving-object")) {
        Canvas scene = open.scenes().apply(3);
        for (String prompt : ASKED) {
            Inquiry inquiry = Inquiry.of(open.world(), prompt, scene, 7);
            Inquiry.Outcome found = inquiry.run();
            IO.println(
                    "%-30s %3d patches drawn in %3d passes, the truth costs %.1f nats"
                            .formatted(
                                    prompt,
                                    found.written().size(),
                                    found.cost().forwards(),
                                    inquiry.surprise(scene)));
        }
    }
}
