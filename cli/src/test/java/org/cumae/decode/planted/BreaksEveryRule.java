package org.cumae.decode.planted;

import org.bytedeco.pytorch.Tensor;
import org.cumae.cli.Main;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.Serializable;

/// What no class of `org.cumae.decode` may do, all in one: the control of the house rules' test.
public final class BreaksEveryRule implements Serializable {
    Object usesARoomBelow() {
        return Main.class;
    }

    long usesLibtorch(Tensor tensor) {
        return tensor.numel();
    }

    Object readsSerializedObjects(InputStream in) throws IOException, ClassNotFoundException {
        return new ObjectInputStream(in).readObject();
    }

    void endsTheProcess() {
        System.exit(1);
    }

    void printsToTheUser(Exception e) {
        System.out.println(e);
    }
}
