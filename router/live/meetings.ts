/** Where travellers are, so that two who come to the same place find one another. */
export class Meetings<Traveller> {
  private readonly travellers = new Map<string, Traveller>();
  private readonly places = new Map<Traveller, string>();

  whoIsAt(place: string): Traveller | undefined {
    return this.travellers.get(place);
  }

  /** From now on the traveller is to be met there, and nowhere else. */
  arrive(traveller: Traveller, place: string): void {
    this.forget(traveller);
    this.travellers.set(place, traveller);
    this.places.set(traveller, place);
  }

  forget(traveller: Traveller): void {
    const place = this.places.get(traveller);
    if (place !== undefined && this.travellers.get(place) === traveller) {
      this.travellers.delete(place);
    }
    this.places.delete(traveller);
  }
}
