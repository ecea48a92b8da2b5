"""The quantities P.1812 works with, in the Recommendation's own units: km, GHz, m, mrad, dB."""

from typing import NamedTuple


class Radio(NamedTuple):
    """What a call fixes for all its paths.

    Attributes:
        frequency: GHz.
        time: Percentage of the average year the loss is not exceeded, 1-50.
        locations: Percentage of locations, 1-99.
        spread: Standard deviation of location variability, dB.
        vertical: 1.0 for vertical polarisation, 0.0 for horizontal.
    """

    frequency: float
    time: float
    locations: float
    spread: float
    vertical: float


class Ends(NamedTuple):
    """What belongs to one path beside its profile.

    Attributes:
        transmitter: Antenna height above ground, m.
        receiver: Antenna height above ground, m.
        latitude: Latitude of the path's middle, degrees.
        gradient: ΔN, N-units/km.
        refractivity: N0, N-units.
        coast_transmitter: Distance of the transmitter from the coast along the path, km.
        coast_receiver: Distance of the receiver from the coast along the path, km.
    """

    transmitter: float
    receiver: float
    latitude: float
    gradient: float
    refractivity: float
    coast_transmitter: float
    coast_receiver: float


class Climate(NamedTuple):
    """Section 3: what the atmosphere and the ground under the path are like.

    Attributes:
        dtm: Longest stretch over land, km.
        dlm: Longest stretch over inland, km.
        sea: ω, share of the path over water.
        tau: τ, Eq (2).
        mu1: μ1, Eq (2).
        b0: β0, percentage of time of ducting, Eq (5).
        ae: Median effective Earth radius, km, Eq (7a).
        ab: Effective Earth radius exceeded β0 % of time, km, Eq (7b).
        coast_t: dct, distance of the transmitter from the coast, km; 0 for one at sea.
        coast_r: dcr, distance of the receiver from the coast, km; 0 for one at sea.
    """

    dtm: float
    dlm: float
    sea: float
    tau: float
    mu1: float
    b0: float
    ae: float
    ab: float
    coast_t: float
    coast_r: float


class Geometry(NamedTuple):
    """Attachment 1: the horizons and the smooth Earth of one profile.

    Attributes:
        d: Path length, km.
        hts: Transmitter height above sea level, m.
        hrs: Receiver height above sea level, m.
        theta_t: Transmitter horizon angle, mrad.
        theta_r: Receiver horizon angle, mrad.
        theta: Path angular distance, mrad.
        dlt: Distance from transmitter to its horizon, km.
        dlr: Distance from receiver to its horizon, km.
        hst_fit: Smooth-Earth height at the transmitter, m, Eq (85).
        hsr_fit: Smooth-Earth height at the receiver, m, Eq (86).
        hst: The same, not above ground, m, Eq (90a).
        hsr: The same, not above ground, m, Eq (90b).
        hstd: Smooth-Earth height for diffraction, m, Eq (89).
        hsrd: Smooth-Earth height for diffraction, m, Eq (89).
        hte: Transmitter's effective height, m, Eq (92a).
        hre: Receiver's effective height, m, Eq (92b).
        hm: Terrain roughness, m, Eq (93).
        bull50: Bullington loss of the profile at the median Earth radius, dB.
        bullb: Bullington loss of the profile at the β0 Earth radius, dB.
    """

    d: float
    hts: float
    hrs: float
    theta_t: float
    theta_r: float
    theta: float
    dlt: float
    dlr: float
    hst_fit: float
    hsr_fit: float
    hst: float
    hsr: float
    hstd: float
    hsrd: float
    hte: float
    hre: float
    hm: float
    bull50: float
    bullb: float


class Diffraction(NamedTuple):
    """The parts of one delta-Bullington loss, dB.

    Attributes:
        lbulla: Bullington loss of the profile, Eq (21).
        lbulls: Bullington loss of the smooth profile, Eq (21).
        ldsph: Spherical-Earth loss, Eq (27).
        ld: Their sum, Eq (39).
    """

    lbulla: float
    lbulls: float
    ldsph: float
    ld: float


class Sight(NamedTuple):
    """The losses of section 4.2, dB.

    Attributes:
        lbfs: In free space, Eq (8).
        lb0p: In sight, not exceeded for p % of time, Eq (10).
        lb0b: In sight, not exceeded for β0 % of time, Eq (11).
    """

    lbfs: float
    lb0p: float
    lb0b: float


class Mixture(NamedTuple):
    """The weights and losses of section 4.6.

    Attributes:
        fi: Place of p between 50 % and β0, Eq (40).
        fj: Weight of sight by the path's angle, Eq (57).
        fk: Weight of diffraction by distance, Eq (58).
        lminb0p: Notional least loss of sight and sea diffraction, dB, Eq (59).
        lminbap: Notional least loss of sight and ducting, dB, Eq (60).
        lbda: Diffraction with sight or ducting, dB, Eq (61).
        lbam: The same with the notional least loss, dB, Eq (62).
    """

    fi: float
    fj: float
    fk: float
    lminb0p: float
    lminbap: float
    lbda: float
    lbam: float


class Intermediates(NamedTuple):
    """Every value of the validation logs, in their order; the last is the loss itself.

    The names are the Recommendation's symbols and `docs/reference/p1812.md` says each with its
    equation.
    """

    d: float
    dlt: float
    dlr: float
    theta_t: float
    theta_r: float
    theta: float
    hts: float
    hrs: float
    htc: float
    hrc: float
    w: float
    dtm: float
    dlm: float
    phi: float
    b0: float
    ae: float
    hst_fit: float
    hsr_fit: float
    hst: float
    hsr: float
    hstd: float
    hsrd: float
    htc_smooth: float
    hrc_smooth: float
    hte: float
    hre: float
    hm: float
    fi: float
    fj: float
    fk: float
    lbfs: float
    lb0p: float
    lb0b: float
    lbulla: float
    lbulls: float
    ldsph: float
    ld50: float
    ldb: float
    ldp: float
    lbd50: float
    lbd: float
    lminb0p: float
    lba: float
    lminbap: float
    lbda: float
    lbam: float
    lbs: float
    lbc: float
    lb: float
    ep: float


NAMES = Intermediates._fields
LB = NAMES.index("lb")
