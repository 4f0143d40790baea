/*
 * Asks veraPDF whether each file named is PDF/A-1b: one line a file, `ok` or the first rules it breaks.
 */
import java.io.FileInputStream;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

public class Verdicts {
  public static void main(String[] files) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (String file : files) {
      try (var bytes = new FileInputStream(file);
          var parser = Foundries.defaultInstance().createParser(bytes, PDFAFlavour.PDFA_1_B);
          var validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_1_B, false)) {
        var result = validator.validate(parser);
        var broken = result.getTestAssertions().stream()
            .filter(one -> one.getStatus() == TestAssertion.Status.FAILED)
            .map(one -> one.getRuleId().getClause() + ": " + one.getMessage())
            .distinct()
            .collect(Collectors.joining("; "));
        System.out.println(result.isCompliant() ? "ok" : broken);
      }
    }
  }
}
