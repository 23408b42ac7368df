/* The benchmark sequences of the literature with the best energies published for them.
 *
 * S2D-1 .. S2D-11: the square lattice benchmarks that circulate as "Tortilla" benchmarks and were used, with the cubic ones
 *   below, in
 *   [TSH07] C. Thachuk, A. Shmygelska, H. H. Hoos: A replica exchange Monte Carlo algorithm for protein folding in the
 *           HP model. BMC Bioinformatics 8 (2007) 342.
 *   Those of 20 to 64 residues go back to
 *   [UM93]  R. Unger, J. Moult: Genetic algorithms for protein folding simulations. J. Mol. Biol. 231 (1993) 75-81.
 * S3D-1 .. S3D-10: the ten "Harvard" 48-mers on the cubic lattice, from
 *   [YUE95] K. Yue, K. M. Fiebig, P. D. Thomas, H. S. Chan, E. I. Shakhnovich, K. A. Dill: A test of lattice protein
 *           folding algorithms. PNAS 92 (1995) 325-329.
 *
 * README.md says how the sequences and energies were verified. */
#include "model.h"

#include <stddef.h>
#include <string.h>

const benchmark benchmarks[] = {
    { "S2D-1", LATTICE_2D, -9, "UM93", "HPHPPHHPHPPHPHHPPHPH", NULL },
    { "S2D-2", LATTICE_2D, -9, "UM93", "HHPPHPPHPPHPPHPPHPPHPPHH", NULL },
    { "S2D-3", LATTICE_2D, -8, "UM93", "PPHPPHHPPPPHHPPPPHHPPPPHH", NULL },
    { "S2D-4", LATTICE_2D, -14, "UM93", "PPPHHPPHHPPPPPHHHHHHHPPHHPPPPHHPPHPP", NULL },
    { "S2D-5", LATTICE_2D, -23, "UM93", "PPHPPHHPPHHPPPPPHHHHHHHHHHPPPPPPHHPPHHPPHPPHHHHH", NULL },
    { "S2D-6", LATTICE_2D, -21, "UM93", "HHPHPHPHPHHHHPHPPPHPPPHPPPPHPPPHPPPHPHHHHPHPHPHPHH", NULL },
    { "S2D-7", LATTICE_2D, -36, "UM93", "PPHHHPHHHHHHHHPPPHHHHHHHHHHPHPPPHHHHHHHHHHHHPPPPHHHHHHPHHPHP", NULL },
    { "S2D-8", LATTICE_2D, -42, "UM93", "HHHHHHHHHHHHPHPHPPHHPPHHPPHPPHHPPHHPPHPPHHPPHHPPHPHPHHHHHHHHHHHH", NULL },
    { "S2D-9", LATTICE_2D, -53, "TSH07",
      "HHHHPPPPHHHHHHHHHHHHPPPPPPHHHHHHHHHHHHPPPHHHHHHHHHHHHPPPHHHHHHHHHHHHPPPHPPHHPPHHPPHPH", NULL },
    { "S2D-10", LATTICE_2D, -50, "TSH07",
      "PPPHHPPHHHHPPHHHPHHPHHPHHHHPPPPPPPPHHHHHHPPHHHHHHPPPPPPPPPHPHHPHHHHHHHHHHHPPHHHPHHPHPPHPHHHPPPPPPHHH", NULL },
    { "S2D-11", LATTICE_2D, -48, "TSH07",
      "PPPPPPHPHHPPPPPHHHPHHHHHPHHPPPPHHPPHHPHHHHHPHHHHHHHHHHPHHPHHHHHHHPPPPPPPPPPPHHHHHHHPPHPHHHPPPPPPHPHH", NULL },

    { "S3D-1", LATTICE_3D, -32, "YUE95", "HPHHPPHHHHPHHHPPHHPPHPHHHPHPHHPPHHPPPHPPPPPPPPHH", NULL },
    { "S3D-2", LATTICE_3D, -34, "YUE95", "HHHHPHHPHHHHHPPHPPHHPPHPPPPPPHPPHPPPHPPHHPPHHHPH", NULL },
    { "S3D-3", LATTICE_3D, -34, "YUE95", "PHPHHPHHHHHHPPHPHPPHPHHPHPHPPPHPPHHPPHHPPHPHPPHP", NULL },
    { "S3D-4", LATTICE_3D, -33, "YUE95", "PHPHHPPHPHHHPPHHPHHPPPHHHHHPPHPHHPHPHPPPPHPPHPHP", NULL },
    { "S3D-5", LATTICE_3D, -32, "YUE95", "PPHPPPHPHHHHPPHHHHPHHPHHHPPHPHPHPPHPPPPPPHHPHHPH", NULL },
    { "S3D-6", LATTICE_3D, -32, "YUE95", "HHHPPPHHPHPHHPHHPHHPHPPPPPPPHPHPPHPPPHPPHHHHHHPH", NULL },
    { "S3D-7", LATTICE_3D, -32, "YUE95", "PHPPPPHPHHHPHPHHHHPHHPHHPPPHPHPPPHHHPPHHPPHHPPPH", NULL },
    { "S3D-8", LATTICE_3D, -31, "YUE95", "PHHPHHHPHHHHPPHHHPPPPPPHPHHPPHHPHPPPHHPHPHPHHPPP", NULL },
    { "S3D-9", LATTICE_3D, -34, "YUE95", "PHPHPPPPHPHPHPPHPHHHHHHPPHHHPHPPHPHHPPHPHHHPPPPH", NULL },
    { "S3D-10", LATTICE_3D, -33, "YUE95", "PHHPPPPPPHHPPPHHHPHPPHPHHPPHPPHPPHHPPHHHHHHHPPHH", NULL },

    /* Crambin, chain A of PDB entry 1CRN = UniProt P01542 (W. A. Hendrickson, M. M. Teeter, Nature 290 (1981) 107-113),
     * its 46 residues mapped to H and P by amino_is_hydrophobic below. Nobody published a ground state for that. */
    { "CRAMBIN", LATTICE_3D, NO_KNOWN_ENERGY, "1CRN",
      "PPPPHPHHHPPPHPHPPHHPPHPHHPHPPPPPHHHHPHPPHPPPHP",
      "TTCCPSIVARSNFNVCRLPGTPEALCATYTGCIIIPGATCPGDYAN" },
};
const int benchmark_count = (int) (sizeof benchmarks / sizeof benchmarks[0]);

const benchmark *benchmark_by_name(const char *name)
{
    for (int i = 0; i < benchmark_count; i++)
        if (strcmp(benchmarks[i].name, name) == 0) return &benchmarks[i];
    return NULL;
}

int best_known_energy(const benchmark *b, lattice l)
{
    return b && b->dimensions == l ? b->best_known : NO_KNOWN_ENERGY;
}

/* RasMol's predefined set "hydrophobic" is "ala, leu, val, ile, pro, phe, met, trp"; every other amino acid is in its set
 * "polar" (RasMol manual, chapter Predefined Sets; R. A. Sayle, E. J. Milner-White: RASMOL: biomolecular graphics for
 * all. Trends Biochem. Sci. 20 (1995) 374-376). */
bool amino_is_hydrophobic(char one_letter_code)
{
    return one_letter_code && strchr("ALVIPFMW", one_letter_code);
}

const char *amino_name(char one_letter_code)
{
    static const char table[20][5] = {
        "AALA", "RARG", "NASN", "DASP", "CCYS", "QGLN", "EGLU", "GGLY", "HHIS", "IILE",
        "LLEU", "KLYS", "MMET", "FPHE", "PPRO", "SSER", "TTHR", "WTRP", "YTYR", "VVAL",
    };
    for (int i = 0; i < 20; i++)
        if (table[i][0] == one_letter_code) return table[i] + 1;
    return NULL;
}
