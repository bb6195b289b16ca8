(* Independent copies: sums over z_{1:K}, whose law is a product, and what is left of them. *)
From Elbo Require Export Elbo ElboTac ElboStep ElboSeq.
From Coq Require Import ZArith Lia List FinFun Permutation FunctionalExtensionality.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Sums over copies *)
Section Copies.
Variable A : alphabet.
Implicit Types (l : list Z) (F : (Z -> A) -> R) (w : Z -> A -> R) (v : Z -> A).
Notation W := (of_sequence A).

Lemma seqs_nil F v : Sum (seqs A [] v) F = F v.
Proof. unfold Sum. simpl. ring. Qed.
Lemma seqs_ext l F G v : (forall u : Z -> A, F u = G u) -> Sum (seqs A l v) F = Sum (seqs A l v) G.
Proof. apply (Sum_ext (seqs A l v)). Qed.
Lemma seqs_cons i l F v : Sum (seqs A (i :: l) v) F = Sum A (fun a => Sum (seqs A l (put v i a)) F).
Proof. rewrite <- sums_sequence. simpl. apply Sum_ext. intros a. apply sums_sequence. Qed.
Lemma seqs_one i F v : Sum (seqs A (one i) v) F = Sum A (fun a => F (put v i a)).
Proof. unfold one. rewrite seqs_cons. apply Sum_ext. intros a. apply seqs_nil. Qed.
Lemma seqs_permutation l m F v : Permutation l m -> Sum (seqs A l v) F = Sum (seqs A m v) F.
Proof. intros P. rewrite <- !sums_sequence. now rewrite (sums_permutation W l m). Qed.
Lemma seqs_pull l (c F : (Z -> A) -> R) v : (forall i, In i l -> forall a u, c (put u i a) = c u) ->
  Sum (seqs A l v) (fun u => c u * F u) = c v * Sum (seqs A l v) F.
Proof. intros B. rewrite <- !sums_sequence. exact (sums_pull W l c F v B). Qed.
Lemma seqs_app l m F v : Sum (seqs A (l ++ m) v) F = Sum (seqs A l v) (fun u => Sum (seqs A m u) F).
Proof.
  rewrite <- !sums_sequence, sums_app. apply (sums_same W). intros u. apply sums_sequence.
Qed.

(** the law of copies: one factor for each *)
Lemma copies_mass l w v : NoDup l ->
  Sum (seqs A l v) (fun u => lprod (fun i => w i (u i)) l) = lprod (fun i => Sum A (w i)) l.
Proof.
  revert v. induction l as [|i l IH]; intros v N; [apply seqs_nil|]. inversion_clear N.
  rewrite seqs_cons. simpl. rewrite <- Sum_scal_r. apply Sum_ext. intros a.
  rewrite (seqs_pull l (fun u : Z -> A => w i (u i)) (fun u => lprod (fun i => w i (u i)) l)).
  - rewrite put_same by reflexivity. now rewrite IH.
  - intros j Hj b u. rewrite put_other; [reflexivity|]. intros ->. contradiction.
Qed.
Lemma lprod_ones l w : (forall i, In i l -> Sum A (w i) = 1) -> lprod (fun i => Sum A (w i)) l = 1.
Proof.
  induction l as [|i l IH]; simpl; intros L; [reflexivity|].
  rewrite L, IH by auto. ring.
Qed.
(** what looks at one copy alone *)
Lemma copies_one l w v j (F : A -> R) : NoDup l -> In j l -> (forall i, In i l -> Sum A (w i) = 1) ->
  Sum (seqs A l v) (fun u => lprod (fun i => w i (u i)) l * F (u j)) = Sum A (fun a => w j a * F a).
Proof.
  revert v. induction l as [|i l IH]; intros v N I L; [contradiction|]. inversion_clear N.
  rewrite seqs_cons. simpl.
  assert (Ni : forall k, In k l -> forall b (u : Z -> A), put u k b i = u i).
  { intros k Hk b u. apply put_other. intros ->. contradiction. }
  destruct (Z.eq_dec i j) as [E|E].
  - subst j. apply Sum_ext. intros a.
    rewrite (seqs_ext l _ (fun u : Z -> A => (w i (u i) * F (u i)) * lprod (fun i => w i (u i)) l)) by (intros; ring).
    rewrite (seqs_pull l (fun u : Z -> A => w i (u i) * F (u i))) by (intros k Hk b u; now rewrite (Ni k Hk b u)).
    rewrite copies_mass, lprod_ones by (trivial; intros; apply L; now right).
    rewrite put_same by reflexivity. ring.
  - destruct I as [I|I]; [congruence|].
    transitivity (Sum A (fun a => w i a * Sum A (fun b => w j b * F b))).
    + apply Sum_ext. intros a.
      rewrite (seqs_ext l _ (fun u : Z -> A => w i (u i) * (lprod (fun i => w i (u i)) l * F (u j)))) by (intros; ring).
      rewrite (seqs_pull l (fun u : Z -> A => w i (u i))) by (intros k Hk b u; now rewrite (Ni k Hk b u)).
      rewrite put_same by reflexivity. rewrite IH; trivial. intros; apply L; now right.
    + rewrite Sum_scal_r, (L i) by now left. ring.
Qed.

(** copies may be exchanged *)
Definition other (j k i : Z) : Z := if Z.eqb i j then k else if Z.eqb i k then j else i.
Definition swap (j k : Z) (u : Z -> A) : Z -> A := fun i => u (other j k i).
Lemma other_cases j k i : (i = j /\ other j k i = k) \/ (i = k /\ other j k i = j) \/ (i <> j /\ i <> k /\ other j k i = i).
Proof. unfold other. destruct (Z.eqb_spec i j), (Z.eqb_spec i k); subst; tauto. Qed.
Lemma swap_first j k u : swap j k u j = u k.
Proof. unfold swap, other. now rewrite Z.eqb_refl. Qed.
Lemma swap_second j k u : swap j k u k = u j.
Proof. unfold swap, other. rewrite Z.eqb_refl. destruct (Z.eqb_spec k j); congruence. Qed.
Lemma swapped_places l j k : NoDup l -> In j l -> In k l -> Permutation (map (other j k) l) l.
Proof.
  intros N J K.
  assert (I : forall i, other j k (other j k i) = i).
  { intros i. destruct (other_cases j k i) as [[-> E]|[[-> E]|[H1 [H2 E]]]]; rewrite E.
    - destruct (other_cases j k k) as [[-> F]|[[_ F]|[H1 [H2 F]]]]; congruence.
    - destruct (other_cases j k j) as [[_ F]|[[-> F]|[H1 [H2 F]]]]; congruence.
    - exact E. }
  apply NoDup_Permutation; trivial.
  - apply Injective_map_NoDup; [|exact N]. intros a b E. now rewrite <- (I a), E.
  - intros a. rewrite in_map_iff. split.
    + intros [b [<- H]]. destruct (other_cases j k b) as [[-> E]|[[-> E]|[_ [_ E]]]]; now rewrite E.
    + intros H. exists (other j k a). split; [apply I|].
      destruct (other_cases j k a) as [[-> E]|[[-> E]|[_ [_ E]]]]; now rewrite E.
Qed.
Lemma lprod_permutation {T} (f : T -> R) (l m : list T) : Permutation l m -> lprod f l = lprod f m.
Proof. induction 1; simpl; [reflexivity|now rewrite IHPermutation|ring|congruence]. Qed.
Lemma lsum_permutation {T} (f : T -> R) (l m : list T) : Permutation l m -> lsum f l = lsum f m.
Proof. induction 1; simpl; [reflexivity|now rewrite IHPermutation|ring|congruence]. Qed.
Lemma lprod_map {T U} (h : U -> T) (l : list U) f : lprod f (map h l) = lprod (fun u => f (h u)) l.
Proof. induction l; simpl; [reflexivity|now rewrite IHl]. Qed.
Lemma copies_swap l F v j k : NoDup l -> In j l -> In k l ->
  Sum (seqs A l v) F = Sum (seqs A l v) (fun u => F (swap j k u)).
Proof.
  intros N J K. destruct (Z.eq_dec j k) as [<-|D].
  { apply seqs_ext. intros u. f_equal. apply functional_extensionality. intros i.
    unfold swap. now destruct (other_cases j j i) as [[-> ->]|[[-> ->]|[_ [_ ->]]]]. }
  assert (P : Permutation l (without l [j; k] ++ [j; k])).
  { apply NoDup_Permutation; trivial.
    - apply NoDup_app_intro; [now apply NoDup_filter| |].
      + repeat constructor; simpl; intuition congruence.
      + intros a H%in_without. tauto.
    - intros a. rewrite in_app_iff, in_without. split; intros H.
      + destruct (in_dec Z.eq_dec a [j; k]); tauto.
      + destruct H as [H|[->|[->|[]]]]; tauto. }
  rewrite !(seqs_permutation l _ _ v P), !seqs_app. apply seqs_ext. intros u.
  assert (E : forall G : (Z -> A) -> R, Sum (seqs A [j; k] u) G = Sum A (fun a => Sum A (fun b => G (put (put u j a) k b)))).
  { intros G. rewrite seqs_cons. apply Sum_ext. intros a. rewrite seqs_cons. apply Sum_ext. intros b. apply seqs_nil. }
  rewrite !E, Sum_swap. apply Sum_ext. intros a. apply Sum_ext. intros b.
  f_equal. apply functional_extensionality. intros i. unfold swap.
  destruct (other_cases j k i) as [[-> ->]|[[-> ->]|[H1 [H2 ->]]]]; unfold put;
    repeat match goal with |- context [Z.eqb ?x ?y] => destruct (Z.eqb_spec x y) end; congruence.
Qed.

(** one copy apart from all others *)
Definition beside (j : Z) F := forall a u, F (put u j a) = F u.
Lemma put_twice v j c a : put (put v j c) j a = put v j a.
Proof. apply functional_extensionality. intros k. unfold put. now destruct (Z.eqb_spec k j). Qed.
Lemma put_swap v i j a c : i <> j -> put (put v j c) i a = put (put v i a) j c.
Proof.
  intros D. apply functional_extensionality. intros k. unfold put. destruct (Z.eqb_spec k i), (Z.eqb_spec k j); congruence.
Qed.
Lemma seqs_beside l F v j c : beside j F -> Sum (seqs A l (put v j c)) F = Sum (seqs A l v) F.
Proof.
  intros B. revert v. induction l as [|i l IH]; intros v; [rewrite !seqs_nil; apply B|].
  rewrite !seqs_cons. apply Sum_ext. intros a. destruct (Z.eq_dec i j) as [->|D].
  - now rewrite put_twice.
  - rewrite put_swap by exact D. apply IH.
Qed.
Lemma seqs_at l F (G : (Z -> A) -> R) v j : ~ In j l -> (forall u : Z -> A, u j = v j -> F u = G u) ->
  Sum (seqs A l v) F = Sum (seqs A l v) G.
Proof.
  revert v. induction l as [|i l IH]; intros v N E; [rewrite !seqs_nil; now apply E|].
  rewrite !seqs_cons. apply Sum_ext. intros a. apply IH; [simpl in N; tauto|].
  intros u U. apply E. rewrite U. apply put_other. intros ->. apply N. now left.
Qed.
Lemma seqs_apart l m j v (D : A -> (Z -> A) -> R) : Permutation l (j :: m) -> ~ In j m -> (forall a, beside j (D a)) ->
  Sum (seqs A l v) (fun u => D (u j) u) = Sum A (fun a => Sum (seqs A m v) (D a)).
Proof.
  intros P N B. rewrite (seqs_permutation l _ _ v P), seqs_cons. apply Sum_ext. intros a.
  rewrite <- (seqs_beside m (D a) v j a (B a)). apply (seqs_at m _ _ _ j N).
  intros u U. now rewrite U, put_same.
Qed.
(** what looks at a copy, and at others: that copy is drawn on its own *)
Lemma copies_out l w v j (D : A -> (Z -> A) -> R) : NoDup l -> In j l -> Sum A (w j) = 1 -> (forall a, beside j (D a)) ->
  Sum (seqs A l v) (fun u => lprod (fun i => w i (u i)) l * D (u j) u) =
  Sum A (fun a => w j a * Sum (seqs A l v) (fun u => lprod (fun i => w i (u i)) l * D a u)).
Proof.
  intros N J L B. destruct (in_split j l J) as [l1 [l2 E]]. set (m := l1 ++ l2).
  assert (P : Permutation l (j :: m)) by (rewrite E; symmetry; apply Permutation_middle).
  assert (M : ~ In j m) by (pose proof (Permutation_NoDup P N) as Q; now inversion_clear Q).
  set (T := fun a u => lprod (fun i => w i (u i)) m * D a u).
  assert (O : forall b a, beside j (fun u => w j b * T a u)).
  { intros b a c u. unfold T. rewrite B. do 2 f_equal. clear - M. induction m as [|i m IH]; [reflexivity|]. simpl in *.
    rewrite IH, put_other by (try intros ->; tauto). reflexivity. }
  assert (S : forall a u, lprod (fun i => w i (u i)) l * D a u = w j (u j) * T a u).
  { intros a u. unfold T. rewrite (lprod_permutation _ _ _ P). simpl. ring. }
  transitivity (Sum (seqs A l v) (fun u => w j (u j) * T (u j) u)); [apply seqs_ext; intros u; apply S|].
  rewrite (seqs_apart l m j v (fun b u => w j b * T b u) P M (fun a => O a a)).
  apply Sum_ext. intros a. rewrite (Sum_scal (seqs A m v)). f_equal.
  transitivity (Sum (seqs A l v) (fun u => w j (u j) * T a u)); [|apply seqs_ext; intros u; symmetry; apply S].
  rewrite (seqs_apart l m j v (fun b u => w j b * T a u) P M (fun b => O b a)).
  rewrite (Sum_ext A _ (fun b => w j b * Sum (seqs A m v) (T a))) by (intros b; apply (Sum_scal (seqs A m v))).
  rewrite Sum_scal_r, L. ring.
Qed.
End Copies.
Arguments swap {A} j k u.

Lemma range_empty low high : (high < low)%Z -> range low high = [].
Proof. intros. unfold range. now replace (Z.to_nat (high - low + 1)) with O by lia. Qed.
Section Index.
Variables (A : alphabet) (low high : Z).
Implicit Types (u v : Z -> A).
Lemma mass_of_copies (w : Z -> A -> R) v : (forall i, (low <= i <= high)%Z -> Sum A (w i) = 1) ->
  Sum (seqs A (range low high) v) (fun u => Prod (upto low high) (fun i => w i (u i))) = 1.
Proof.
  intros L. etransitivity; [apply (copies_mass A (range low high) w v), NoDup_range|].
  apply lprod_ones. intros i Hi%in_range. now apply L.
Qed.
Lemma one_of_copies (w : Z -> A -> R) v j (F : A -> R) : (low <= j <= high)%Z ->
  (forall i, (low <= i <= high)%Z -> Sum A (w i) = 1) ->
  Sum (seqs A (range low high) v) (fun u => Prod (upto low high) (fun i => w i (u i)) * F (u j)) =
  Sum A (fun a => w j a * F a).
Proof.
  intros J L. apply (copies_one A (range low high) w v j F); [apply NoDup_range|now apply in_range|].
  intros i Hi%in_range. now apply L.
Qed.
Lemma swap_of_copies (F : (Z -> A) -> R) v j k : (low <= j <= high)%Z -> (low <= k <= high)%Z ->
  Sum (seqs A (range low high) v) F = Sum (seqs A (range low high) v) (fun u => F (swap j k u)).
Proof. intros J K. apply copies_swap; [apply NoDup_range|now apply in_range|now apply in_range]. Qed.
Lemma sum_alike (g : A -> R) u j k : (low <= j <= high)%Z -> (low <= k <= high)%Z ->
  Sum (upto low high) (fun i => g (swap j k u i)) = Sum (upto low high) (fun i => g (u i)).
Proof.
  intros J%in_range K%in_range. unfold Sum. simpl.
  rewrite <- (lsum_permutation (fun i => g (u i)) _ _ (swapped_places _ j k (NoDup_range low high) J K)).
  now rewrite lsum_map.
Qed.
Lemma prod_alike (g : A -> R) u j k : (low <= j <= high)%Z -> (low <= k <= high)%Z ->
  Prod (upto low high) (fun i => g (swap j k u i)) = Prod (upto low high) (fun i => g (u i)).
Proof.
  intros J%in_range K%in_range. unfold Prod. simpl.
  rewrite <- (lprod_permutation (fun i => g (u i)) _ _ (swapped_places _ j k (NoDup_range low high) J K)).
  now rewrite lprod_map.
Qed.
Lemma Prod_first (f : Z -> R) : (low <= high)%Z -> Prod (upto low high) f = f low * Prod (upto (low + 1) high) f.
Proof.
  intros H. unfold Prod. simpl. rewrite (range_split low low), range_empty by lia. reflexivity.
Qed.
Lemma index_card : (low <= high + 1)%Z -> Sum (upto low high) (fun _ => 1) = IZR (high - low + 1).
Proof.
  intros H. unfold Sum. simpl. unfold range.
  rewrite <- (Z2Nat.id (high - low + 1)) at 2 by lia. generalize (Z.to_nat (high - low + 1)) as n.
  intros n. rewrite lsum_map. rewrite <- INR_IZR_INZ.
  replace (INR n) with (INR (length (seq 0 n))) by now rewrite seq_length.
  generalize (seq 0 n). induction l as [|a l IH]; [reflexivity|].
  cbn [lsum fold_right length]. rewrite S_INR. unfold lsum in IH. rewrite IH. ring.
Qed.
Lemma Sum_pos_index (f : Z -> R) : (low <= high)%Z -> (forall i, (low <= i <= high)%Z -> 0 < f i) ->
  0 < Sum (upto low high) f.
Proof.
  intros H P. unfold Sum. simpl. pose proof (proj2 (in_range low low high) ltac:(lia)) as I.
  assert (Q : forall i, In i (range low high) -> 0 < f i) by (intros i Hi%in_range; now apply P).
  revert I Q. generalize (range low high). intros l. destruct l as [|a l]; [contradiction|]. intros _ Q.
  assert (0 <= lsum f l); [|simpl; pose proof (Q a (or_introl eq_refl)); lra].
  assert (Q' : forall i, In i l -> 0 < f i) by (intros; apply Q; now right). clear Q.
  induction l as [|b l IH]; simpl; [lra|].
  pose proof (Q' b (or_introl eq_refl)). assert (0 <= lsum f l) by (apply IH; intros; apply Q'; now right). lra.
Qed.
Lemma Prod_pos_index (f : Z -> R) : (forall i, (low <= i <= high)%Z -> 0 < f i) -> 0 < Prod (upto low high) f.
Proof. intros P. apply Prod_pos_in. intros i Hi%in_range. now apply P. Qed.
Lemma Prod_parts (f : Z -> R) : (forall i, 0 <= f i) -> 0 < Prod (upto low high) f ->
  forall i, (low <= i <= high)%Z -> 0 < f i.
Proof.
  intros N H i Hi%in_range. unfold Prod in H. cbn [enum upto] in H. revert H Hi. generalize (range low high).
  induction l as [|a l IH]; [intros _ []|]. intros H I. change (0 < f a * lprod f l) in H.
  assert (M : 0 <= lprod f l) by (clear - N; induction l; simpl; [lra|now apply Rmult_le_pos]).
  destruct I as [->|I]; [exact (pos_mult_l _ _ (N i) H)|].
  apply IH; [|exact I]. exact (pos_mult_r (f a) _ M H).
Qed.
(** the logarithm of a mean is at least the mean of the logarithms *)
Lemma mean_of_logs (c : R) (f : Z -> R) : 0 < c -> c * IZR (high - low + 1) = 1 -> (low <= high + 1)%Z ->
  (forall i, (low <= i <= high)%Z -> 0 < f i) ->
  c * Sum (upto low high) (fun i => ln (f i)) <= ln (c * Sum (upto low high) f).
Proof.
  intros C E H P.
  set (g := fun i => if andb (Z.leb low i) (Z.leb i high) then f i else 1).
  assert (G : forall i, In i (enum (upto low high)) -> f i = g i).
  { intros i Hi%in_range. unfold g. destruct Hi as [H1%Z.leb_le H2%Z.leb_le]. now rewrite H1, H2. }
  assert (Pg : forall i, 0 < g i).
  { intros i. unfold g. destruct (Z.leb low i) eqn:L1; [|simpl; lra].
    destruct (Z.leb i high) eqn:L2; [|simpl; lra]. simpl. apply P. lia. }
  rewrite (Sum_ext_in (upto low high) f g G), (Sum_ext_in (upto low high) (fun i => ln (f i)) (fun i => ln (g i)))
    by (intros i Hi; now rewrite G).
  rewrite <- !Sum_scal.
  apply (Jensen (upto low high) (fun _ => c) g); [intros; lra|auto|].
  rewrite (Sum_ext (upto low high) _ (fun _ => c * 1)) by (intros; ring). now rewrite Sum_scal, index_card.
Qed.
Lemma mean_of_squares (c : R) (f : Z -> R) : 0 <= c -> c * IZR (high - low + 1) = 1 -> (low <= high + 1)%Z ->
  (c * Sum (upto low high) f) ^ 2 <= c * Sum (upto low high) (fun i => f i ^ 2).
Proof.
  intros C E H. rewrite <- !(Sum_scal (upto low high)). apply (Square (upto low high) (fun _ => c) f); [auto|].
  rewrite (Sum_ext (upto low high) _ (fun _ => c * 1)) by (intros; ring). now rewrite Sum_scal, index_card.
Qed.
(** a share is at most 1, its logarithm at most 0 *)
Lemma ln_share (f : Z -> R) j : (low <= j <= high)%Z -> (forall i, 0 <= f i) -> 0 < f j / Sum (upto low high) f ->
  ln (f j / Sum (upto low high) f) <= 0.
Proof.
  intros J%in_range N P. rewrite <- ln_1. apply ln_le_mono; [exact P|].
  pose proof (Sum_ge_in (upto low high) f j J N) as G. pose proof (pos_div_l _ _ (N j) P) as Q.
  assert (0 < Sum (upto low high) f) as R by lra. apply (Rmult_le_reg_r (Sum (upto low high) f)); [exact R|].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.
End Index.

(* ------------------------------------------------------------------ *)
(** * In normal forms *)
Section Forms.
Variables (A : alphabet) (low high : Z).
Implicit Types (v : Z -> A) (d g : (Z -> A) -> R) (b : (Z -> A) -> Z -> R).
Notation S v := (seqs A (range low high) v).
Lemma form_mass b (w : Z -> A -> R) v : (forall u i, b u i = w i (u i)) ->
  (forall i, (low <= i <= high)%Z -> Sum A (w i) = 1) -> Sum (S v) (fun u => Prod (upto low high) (b u)) = 1.
Proof.
  intros B L. rewrite <- (mass_of_copies A low high w v L). apply seqs_ext. intros u. apply Prod_ext, B.
Qed.
Lemma form_split d b g v r : (forall u, d u = Prod (upto low high) (b u) * g u) ->
  Sum (S v) (fun u => Prod (upto low high) (b u) * g u) = r -> Sum (S v) d = r.
Proof. intros D <-. now apply seqs_ext. Qed.
Lemma form_one b g v j (w : Z -> A -> R) (F : A -> R) : (forall u, g u = F (u j)) -> (forall u i, b u i = w i (u i)) ->
  (low <= j <= high)%Z -> (forall i, (low <= i <= high)%Z -> Sum A (w i) = 1) ->
  Sum (S v) (fun u => Prod (upto low high) (b u) * g u) = Sum A (fun a => w j a * F a).
Proof.
  intros G B J L. rewrite <- (one_of_copies A low high w v j F J L). apply seqs_ext. intros u.
  rewrite G. f_equal. apply Prod_ext, B.
Qed.
(** one copy drawn on its own; or, where its law stands apart, summed on its own *)
Lemma form_out b g v j (w : Z -> A -> R) (G : A -> (Z -> A) -> R) : (forall u, g u = G (u j) u) ->
  (forall u i, b u i = w i (u i)) -> (forall a, beside A j (G a)) -> (low <= j <= high)%Z -> Sum A (w j) = 1 ->
  Sum (S v) (fun u => Prod (upto low high) (b u) * g u) =
  Sum A (fun a => w j a * Sum (S v) (fun u => Prod (upto low high) (b u) * G a u)).
Proof.
  intros E B D J L. pose proof (copies_out A (range low high) w v j G (NoDup_range low high) (proj2 (in_range _ _ _) J) L D) as K.
  etransitivity; [|etransitivity; [exact K|]].
  - apply seqs_ext. intros u. rewrite E. f_equal. apply (Prod_ext (upto low high)), B.
  - apply Sum_ext. intros a. f_equal. apply seqs_ext. intros u. f_equal. symmetry. apply (Prod_ext (upto low high)), B.
Qed.
Lemma form_apart first last d v j (D : A -> (Z -> A) -> R) :
  (j = low /\ first = low + 1 /\ last = high \/ j = high /\ first = low /\ last = high - 1)%Z -> (low <= high)%Z ->
  (forall u, d u = D (u j) u) -> (forall a, beside A j (D a)) ->
  Sum (S v) d = Sum A (fun a => Sum (seqs A (range first last) v) (D a)).
Proof.
  intros C H E B. rewrite (seqs_ext A _ d (fun u => D (u j) u)) by apply E.
  apply (seqs_apart A); [|intros I%in_range; lia|exact B].
  destruct C as [(-> & -> & ->)|(-> & -> & ->)].
  - now rewrite (range_split low low high), range_empty by lia.
  - rewrite (range_split low high high), (range_empty (high + 1)) by lia. symmetry. apply Permutation_cons_append.
Qed.
Lemma form_join next d b g v r : next = (low + 1)%Z -> (low <= high)%Z ->
  (forall u, d u = Prod (upto next high) (b u) * (b u low * g u)) ->
  Sum (S v) (fun u => Prod (upto low high) (b u) * g u) = r -> Sum (S v) d = r.
Proof.
  intros -> H D <-. apply seqs_ext. intros u. rewrite D, (Prod_first low high) by assumption. ring.
Qed.
(** which copy it is doesn't matter where all else is alike *)
Definition alike g := forall j k u, (low <= j <= high)%Z -> (low <= k <= high)%Z -> g (swap j k u) = g u.
Lemma form_any (b : (Z -> A) -> Z -> R) (w F : A -> R) g v j k : (low <= j <= high)%Z -> (low <= k <= high)%Z ->
  (forall u i, b u i = w (u i)) -> alike g ->
  Sum (S v) (fun u => Prod (upto low high) (b u) * (F (u j) * g u)) = Sum (S v) (fun u => Prod (upto low high) (b u) * (F (u k) * g u)).
Proof.
  intros J K B G. rewrite (swap_of_copies A low high _ v j k J K). apply seqs_ext. intros u.
  rewrite swap_first, G by assumption. f_equal.
  rewrite (Prod_ext (upto low high) _ (fun i => w (swap j k u i))) by (intros; apply B).
  rewrite (prod_alike A low high w u j k J K). apply Prod_ext. intros; symmetry; apply B.
Qed.
(** the share of one copy in what all of them are *)
Lemma form_share (b : (Z -> A) -> Z -> R) (w F : A -> R) g v j : (low <= j <= high)%Z ->
  (forall u i, b u i = w (u i)) -> (forall a, 0 <= w a) -> alike g ->
  (forall u, 0 < Prod (upto low high) (b u) -> Sum (upto low high) (fun i => F (u i)) <> 0) ->
  Sum (S v) (fun u => Prod (upto low high) (b u) * (F (u j) * (/ Sum (upto low high) (fun i => F (u i)) * g u))) =
  / IZR (high - low + 1) * Sum (S v) (fun u => Prod (upto low high) (b u) * g u).
Proof.
  intros J B N G P. set (T := fun k => Sum (S v) (fun u => Prod (upto low high) (b u) * (F (u k) * (/ Sum (upto low high) (fun i => F (u i)) * g u)))).
  assert (Al : alike (fun u => / Sum (upto low high) (fun i => F (u i)) * g u)).
  { intros m k u Hm Hk. cbv beta. rewrite (sum_alike A low high F u m k Hm Hk). now rewrite G. }
  assert (E : Sum (upto low high) T = Sum (upto low high) (fun _ => T j * 1)).
  { apply Sum_ext_in. intros k Hk%in_range. rewrite Rmult_1_r. unfold T.
    exact (form_any b w F (fun u => / Sum (upto low high) (fun i => F (u i)) * g u) v k j Hk J B Al). }
  rewrite Sum_scal, index_card in E by lia.
  assert (M : Sum (upto low high) T = Sum (S v) (fun u => Prod (upto low high) (b u) * g u)).
  { unfold T. rewrite Sum_swap. apply seqs_ext. intros u.
    rewrite (Sum_ext (upto low high) _ (fun k => F (u k) * (Prod (upto low high) (b u) * (/ Sum (upto low high) (fun i => F (u i)) * g u))))
      by (intros; ring).
    rewrite Sum_scal_r.
    assert (Q : 0 <= Prod (upto low high) (b u)) by (apply Prod_nonneg; intros i; now rewrite B).
    destruct Q as [Q|<-]; [|ring]. field. now apply P. }
  rewrite <- M, E. change (T j = / IZR (high - low + 1) * (T j * IZR (high - low + 1))). field.
  apply Rgt_not_eq, IZR_lt. lia.
Qed.
End Forms.
Arguments put {T} v i a j : simpl nomatch.
Ltac literal t := lazymatch t with Z0 => idtac | Zpos _ => idtac | Zneg _ => idtac end.
Ltac ground l := lazymatch l with
  | nil => idtac | _ :: ?m => ground m | one _ => idtac
  | both ?x ?y => ground x; ground y
  | range ?x ?y => literal x; literal y
  end.
Ltac listed l := lazymatch l with
  | nil => l | _ :: _ => l | one ?i => constr:(i :: nil)
  | both ?x ?y => let x' := listed x in let y' := listed y in eval cbn [app] in (x' ++ y')
  | range ?x ?y => eval vm_compute in l
  end.
Ltac is_spelt D ::= lazymatch D with
  | seqs _ ?l _ => ground l
  | upto ?x ?y => literal x; literal y
  end.
Ltac is_bounded D ::= lazymatch D with upto _ _ => idtac end.
Ltac bounds_of H ::= apply in_range in H.
Ltac in_bounds ::= lazymatch goal with |- (_ <= _ <= _)%Z => lia end.
Ltac integer_pos ::= first [ lazymatch goal with |- 0 < IZR _ => apply IZR_lt; lia end
  | progress (repeat match goal with H : (_ >= _)%Z |- _ => apply Z.ge_le, IZR_le in H | H : (_ <= _)%Z |- _ => apply IZR_le in H end); lra ].
(** sums over few copies, and over few values of an index, one after the other *)
Lemma sum_then (D : domain) (f g : D -> R) r : (forall a, f a = g a) -> Sum D g = r -> Sum D f = r.
Proof. intros E <-. now apply Sum_ext. Qed.
Lemma sum_listed low high l f : range low high = l -> Sum (upto low high) f = lsum f l.
Proof. now intros <-. Qed.
Lemma prod_listed low high l f : range low high = l -> Prod (upto low high) f = lprod f l.
Proof. now intros <-. Qed.
Lemma nf_then a b P : a = b -> b = psum P -> a = psum P. Proof. now intros ->. Qed.
Lemma lsum_one {T} (f : T -> R) a : lsum f [a] = f a. Proof. simpl. ring. Qed.
Lemma lprod_one {T} (f : T -> R) a : lprod f [a] = f a. Proof. simpl. ring. Qed.
Lemma lsum_next {T} (f : T -> R) a b l r : lsum f (b :: l) = r -> lsum f (a :: b :: l) = f a + r. Proof. now intros <-. Qed.
Lemma lprod_next {T} (f : T -> R) a b l r : lprod f (b :: l) = r -> lprod f (a :: b :: l) = f a * r. Proof. now intros <-. Qed.
Ltac placed := cbn [put Z.eqb Pos.eqb]; cbv beta;
  repeat match goal with |- context [put ?v ?i ?a ?i] => rewrite !(put_same v i a i eq_refl) end.
Ltac spelt := lazymatch goal with
  | |- Sum (seqs ?A nil ?v) ?f = _ => eapply eq_trans; [ exact (seqs_nil A f v) | placed; reflexivity ]
  | |- Sum (seqs ?A (?i :: ?l) ?v) ?f = _ => eapply eq_trans; [ exact (seqs_cons A i l f v) |];
      eapply sum_then; [ let a := fresh "a" in intros a; cbv beta; spelt | reflexivity ]
  | |- lsum _ [_] = _ => eapply eq_trans; [ apply lsum_one | cbv beta; reflexivity ]
  | |- lsum _ (_ :: _) = _ => eapply lsum_next; spelt
  | |- lsum _ nil = _ => reflexivity
  | |- lprod _ [_] = _ => eapply eq_trans; [ apply lprod_one | cbv beta; reflexivity ]
  | |- lprod _ (_ :: _) = _ => eapply lprod_next; spelt
  | |- lprod _ nil = _ => reflexivity
  | |- Sum (seqs ?A ?l ?v) ?f = ?r => let m := listed l in change (Sum (seqs A m v) f = r); spelt
  | |- Sum (upto ?x ?y) ?f = _ => let l' := listed (range x y) in
      eapply eq_trans; [ exact (sum_listed x y l' f eq_refl) | spelt ]
  | |- Prod (upto ?x ?y) ?f = _ => let l' := listed (range x y) in
      eapply eq_trans; [ exact (prod_listed x y l' f eq_refl) | spelt ]
  end.
Ltac sum_more k ::= eapply nf_then; [ spelt | cbv beta; k ].

Lemma lprod_app {T} (l m : list T) f : lprod f (l ++ m) = lprod f l * lprod f m.
Proof. induction l; simpl; [ring|rewrite IHl; ring]. Qed.
Lemma product_first low high f : (low <= high)%Z -> Prod (upto low high) f = f low * Prod (upto (low + 1) high) f.
Proof.
  intros H. unfold Prod. cbn [enum upto]. rewrite (range_split low low high), lprod_app by lia.
  rewrite range_empty by lia. simpl. ring.
Qed.
Lemma product_last low high f : (low <= high)%Z -> Prod (upto low high) f = Prod (upto low (high - 1)) f * f high.
Proof.
  intros H. unfold Prod. cbn [enum upto]. rewrite (range_split low high high), lprod_app by lia.
  rewrite (range_empty (high + 1)) by lia. simpl. ring.
Qed.
(* both are over one index, which ends one place later in one of them *)
Ltac end_apart ::= match goal with
  | |- context [Sum (upto ?l ?h) ?f] => match goal with |- context [Sum (upto ?l ?k) _] =>
      rewrite (index_last l h f) by lia; replace (h - 1)%Z with k by lia end
  | |- context [Prod (upto ?l ?h) ?f] => match goal with |- context [Prod (upto ?l ?k) _] =>
      rewrite (product_last l h f) by lia; replace (h - 1)%Z with k by lia end
  | |- context [Sum (upto ?l ?h) ?f] => match goal with |- context [Sum (upto ?k ?h) _] =>
      rewrite (index_first l h f) by lia; replace (l + 1)%Z with k by lia end
  | |- context [Prod (upto ?l ?h) ?f] => match goal with |- context [Prod (upto ?k ?h) _] =>
      rewrite (product_first l h f) by lia; replace (l + 1)%Z with k by lia end
  end.

(** signs *)
Ltac pos_more n ::= lazymatch goal with
  | |- 0 < Sum (upto ?l ?h) _ => apply Sum_pos_index; [ lia | let i := fresh "i" in let H := fresh in intros i H; posn n ]
  | |- 0 < Sum ?A ?f => match goal with K : 0 < ?t |- _ => match t with context [?u ?j] =>
      apply (Sum_pos_at A f (u j)); [ intros; nn | solve [ posn n ] ] end end
  | |- 0 < Prod (upto ?l ?h) _ => apply Prod_pos_index; let i := fresh "i" in let H := fresh in intros i H; posn n
  end.
Ltac parts_more K ::= lazymatch type of K with
  | 0 < Prod (upto ?l ?h) ?f =>
      let N := fresh in assert (N : forall i : Z, 0 <= f i) by (let i := fresh in intros i; nn);
      let P := fresh "P" in pose proof (Prod_parts l h f N K) as P; clear N; cbv beta in P
  end.

(** the law of copies is a law *)
Ltac at_place := let a := fresh in
  lazymatch goal with |- _ = ?f (?u ?i) => generalize (u i); intros a; reflexivity
  | |- _ = ?w ?i (?u ?i) => generalize (u i); intros a; reflexivity end.
Ltac at_place_of u i := let a := fresh "a" in generalize (u i); intros a; reflexivity.
Ltac a_law := cbv beta; try match goal with H : noswap |- _ => clear H end; solve [ is_one | eq_core ].
Ltac one_more ::= lazymatch goal with
  | |- Sum (seqs ?A (range ?l ?h) ?v) (fun u => Prod (upto ?l ?h) _) = 1 =>
      eapply form_mass; [ let u := fresh "u" in let i := fresh "i" in intros u i; at_place_of u i
                        | let i := fresh "i" in let H := fresh in intros i H; a_law ]
  end.
(** what stands before a law of copies may be a weight without which it is none *)
Ltac weigh_before k ::= lazymatch goal with
  | |- Sum (seqs _ _ _) (fun u => ?c * Prod (upto _ _) _ * _) = _ => weigh c k
  end.
Ltac law_out l h := let u := fresh "u" in intros u; cbv beta;
  lazymatch goal with |- ?s = _ => lazymatch s with context [Prod (upto l h) ?b] =>
    eapply eq_trans; [ pick_syn (Prod (upto l h) b) | reflexivity ] end end.
(** the place that a term looks at *)
Ltac place_of g := constr:(fun u => ltac:(let m := eval cbv beta in (g u) in
  lazymatch m with context [u ?j] => exact j end)).
Ltac of_one A l h v j := 
  eapply (form_one A l h _ _ v j); [ let u := fresh "u" in intros u; cbv beta; at_place_of u j
    | let u := fresh "u" in let i := fresh "i" in intros u i; cbv beta; at_place_of u i
    | lia | let i := fresh "i" in let H := fresh in intros i H; a_law ].
Ltac law_at u := let i := fresh "i" in intros u i; cbv beta; at_place_of u i.
(** what is looked at beside a place *)
Ltac is_beside := unfold beside; let c := fresh "c" in let u := fresh "u" in intros c u; beside_too
with beside_too := cbv beta; lazymatch goal with
  | |- ?t = ?t => reflexivity
  | |- put _ _ _ _ = _ => apply put_other; lia
  | |- Sum ?D _ = _ => apply (Sum_ext_in D); let i := fresh "i" in let H := fresh in intros i H; try apply in_range in H; beside_too
  | |- Prod ?D _ = _ => apply (Prod_ext_in D); let i := fresh "i" in let H := fresh in intros i H; try apply in_range in H; beside_too
  | |- _ = _ => progress f_equal; beside_too
  end.
Ltac at_copy A g j := constr:(fun (a : carrier A) (u : Z -> carrier A) => ltac:(let m := eval cbv beta in (g u) in
  let p := eval pattern (u j) in m in lazymatch p with ?F _ => let r := eval cbv beta in (F a) in exact r end)).
Ltac of_out A l h v j g :=
  let G := at_copy A g j in
  eapply (form_out A l h _ _ v j _ G); [ reflexivity | let u := fresh "u" in law_at u
    | let a := fresh "a" in intros a; is_beside | lia | a_law ].
Ltac apart A l h n m v d :=
  let j := constr:(ltac:(tryif constr_eq n l then exact h else exact l)) in
  let D := at_copy A d j in
  eapply (form_apart A l h n m d v j D); [ lia | lia | reflexivity | let a := fresh "a" in intros a; is_beside ].
Section Alike.
Variables (A : alphabet) (low high : Z).
Implicit Types (g h : (Z -> A) -> R) (b : (Z -> A) -> Z -> R).
Notation alike := (alike A low high).
Lemma alike_const (c : R) : alike (fun _ => c). Proof. now intros j k u _ _. Qed.
Lemma alike_sum b (F : A -> R) : (forall u i, b u i = F (u i)) -> alike (fun u => Sum (upto low high) (b u)).
Proof.
  intros B j k u J K. rewrite (Sum_ext (upto low high) _ (fun i => F (swap j k u i))) by (intros; apply B).
  rewrite (sum_alike A low high F u j k J K). apply (Sum_ext (upto low high)). intros; symmetry; apply B.
Qed.
Lemma alike_prod b (F : A -> R) : (forall u i, b u i = F (u i)) -> alike (fun u => Prod (upto low high) (b u)).
Proof.
  intros B j k u J K. rewrite (Prod_ext (upto low high) _ (fun i => F (swap j k u i))) by (intros; apply B).
  rewrite (prod_alike A low high F u j k J K). apply (Prod_ext (upto low high)). intros; symmetry; apply B.
Qed.
Lemma alike_of (f : R -> R) g : alike g -> alike (fun u => f (g u)).
Proof. intros G j k u J K. now rewrite G. Qed.
Lemma alike_of2 (f : R -> R -> R) g h : alike g -> alike h -> alike (fun u => f (g u) (h u)).
Proof. intros G H j k u J K. now rewrite G, H. Qed.
(** one copy, and all of them *)
Lemma form_any_of b (w : A -> R) g (G : A -> (Z -> A) -> R) v j k : (low <= j <= high)%Z -> (low <= k <= high)%Z ->
  (forall u i, b u i = w (u i)) -> (forall u, g u = G (u j) u) -> (forall a, alike (G a)) ->
  Sum (seqs A (range low high) v) (fun u => Prod (upto low high) (b u) * g u) =
  Sum (seqs A (range low high) v) (fun u => Prod (upto low high) (b u) * G (u k) u).
Proof.
  intros J K B E G'. rewrite (swap_of_copies A low high _ v j k J K). apply seqs_ext. intros u.
  rewrite E, swap_first, G' by assumption. f_equal.
  rewrite (Prod_ext (upto low high) _ (fun i => w (swap j k u i))) by (intros; apply B).
  rewrite (prod_alike A low high w u j k J K). apply (Prod_ext (upto low high)). intros; symmetry; apply B.
Qed.
Lemma form_share_of b (w F : A -> R) s g h v j n r : IZR (high - low + 1) = n -> (low <= j <= high)%Z ->
  (forall u i, b u i = w (u i)) -> (forall a, 0 <= w a) -> (forall u i, s u i = F (u i)) ->
  (forall u, 1 * g u = F (u j) * (/ Sum (upto low high) (s u) * h u)) -> alike h ->
  (forall u, 0 < Prod (upto low high) (b u) -> 0 < Sum (upto low high) (s u)) ->
  / n * Sum (seqs A (range low high) v) (fun u => Prod (upto low high) (b u) * h u) = r ->
  Sum (seqs A (range low high) v) (fun u => Prod (upto low high) (b u) * g u) = r.
Proof.
  intros <- J B N E G H P <-.
  rewrite <- (form_share A low high b w F h v j J B N H).
  - apply seqs_ext. intros u. rewrite <- (Rmult_1_l (g u)), G. do 3 f_equal. f_equal. apply (Sum_ext (upto low high)), E.
  - intros u Hu. apply Rgt_not_eq. rewrite (Sum_ext (upto low high) _ (s u)) by (intros; symmetry; apply E). now apply P.
Qed.
End Alike.
Ltac is_alike := cbv beta; lazymatch goal with
  | |- alike ?A ?l ?h (fun u => Sum (upto ?l ?h) _) => eapply alike_sum;
      let u := fresh "u" in let i := fresh "i" in intros u i; at_place_of u i
  | |- alike ?A ?l ?h (fun u => Prod (upto ?l ?h) _) => eapply alike_prod;
      let u := fresh "u" in let i := fresh "i" in intros u i; at_place_of u i
  | |- alike _ _ _ (fun u => ?c) => apply alike_const
  | |- alike ?A ?l ?h (fun u => / @?g u) => apply (alike_of A l h Rinv g); is_alike
  | |- alike ?A ?l ?h (fun u => ln (@?g u)) => apply (alike_of A l h ln g); is_alike
  | |- alike ?A ?l ?h (fun u => exp (@?g u)) => apply (alike_of A l h exp g); is_alike
  | |- alike ?A ?l ?h (fun u => - @?g u) => apply (alike_of A l h Ropp g); is_alike
  | |- alike ?A ?l ?h (fun u => @?f u * @?g u) => apply (alike_of2 A l h Rmult f g); is_alike
  | |- alike ?A ?l ?h (fun u => @?f u / @?g u) => apply (alike_of2 A l h Rdiv f g); is_alike
  | |- alike ?A ?l ?h (fun u => @?f u + @?g u) => apply (alike_of2 A l h Rplus f g); is_alike
  | |- alike ?A ?l ?h (fun u => @?f u - @?g u) => apply (alike_of2 A l h Rminus f g); is_alike
  end.
Ltac of_any A l h v j :=
  eapply (form_any_of A l h _ _ _ _ v j l); [ lia | lia | let u := fresh "u" in law_at u
    | let u := fresh "u" in intros u; cbv beta; at_place_of u j
    | let a := fresh "a" in intros a; is_alike ].
Ltac counted := lazymatch goal with |- IZR (?h - ?l + 1) = _ =>
  try replace (h - l + 1)%Z with h by lia; rewrite ?plus_IZR, ?minus_IZR; reflexivity end.
(** the share of a copy: what is divided by the sum of all *)
Ltac of_share A l h v j g :=
  let s := constr:(fun u : Z -> carrier A => ltac:(let m := eval cbv beta in (g u) in
    match m with context [/ Sum (upto l h) ?b] => exact b end)) in
  eapply (form_share_of A l h _ _ _ s _ _ v j);
  [ counted | lia | let u := fresh "u" in law_at u | let a := fresh "a" in intros a; nn | let u := fresh "u" in law_at u
  | let u := fresh "u" in intros u; cbv beta;
    lazymatch goal with |- _ = ?o * (?q * _) =>
      eapply eq_trans; [ pick_syn o | apply eq_mul_l; eapply eq_trans; [ pick_syn q | reflexivity ] ] end
  | is_alike
  | let u := fresh "u" in let H := fresh in intros u H; cbv beta in H; split_pos_of H; pos
  | cbv beta ].
Ltac card_of := lazymatch goal with
  | |- Sum (upto ?l ?h) (fun _ => 1) = _ => eapply eq_trans; [ apply index_card; lia | counted ]
  end.
Ltac first_place A l h v k :=
  lazymatch goal with |- Sum _ ?d = _ =>
    let c := eval cbv beta in (d (path A)) in
    lazymatch c with context [Prod (upto ?n ?m) _] =>
    first [ eapply (form_join A l h n d); [ lia | lia
            | let u := fresh "u" in intros u; cbv beta;
              lazymatch goal with |- ?s = _ => lazymatch s with context [Prod (upto n h) ?b] =>
                let o := eval cbv beta in (b l) in
                eapply eq_trans; [ pick_syn (Prod (upto n h) b)
                                 | apply eq_mul_l; eapply eq_trans; [ pick_syn o | reflexivity ] ] end end
            | after_law A l h v k ]
          | eapply eq_trans; [ apart A l h n m v d | cbv beta; k ] ] end end
with after_law A l h v k :=
  lazymatch goal with |- Sum _ (fun u => _ * @?g u) = _ =>
    let p := place_of g in let j := eval cbv beta in (p (path A)) in
    first [ eapply eq_trans; [ of_one A l h v j | cbv beta; k ]
          | eapply eq_trans; [ of_out A l h v j g | cbv beta; k ]
          | of_share A l h v j g; k
          | tryif constr_eq j l then fail else (eapply eq_trans; [ of_any A l h v j | cbv beta; first [ after_law A l h v k | reflexivity ] ]) ] end.
Ltac atom_more k ::= lazymatch goal with
  | |- Sum (upto _ _) (fun _ => 1) = _ => card_of
  | |- Sum (seqs ?A (range ?l ?h) ?v) ?d = _ =>
      first [ eapply (form_split A l h d); [ law_out l h | after_law A l h v k ]
            | first_place A l h v k ]
  end.
Ltac known ::= intros; derived; tables; elbo_unfold; split_pos; first [ assumption | solve [spos] | solve [pos] | solve [nz] | solve [snz]
  | solve [pose proof Deep; by_average] | known_else ].

(* ------------------------------------------------------------------ *)
(** * Inequalities *)
Lemma mean_pos_two (A B : domain) (w f : A -> B -> R) :
  (forall a b, 0 <= w a b) -> (forall a b, 0 < w a b -> 0 < f a b) -> Sum A (fun a => Sum B (fun b => w a b)) = 1 ->
  0 < Sum A (fun a => Sum B (fun b => w a b * f a b)).
Proof.
  intros N H L. rewrite !sum_of_two in *. apply (mean_pos (both_of A B) (fun c => w (fst c) (snd c)) (fun c => f (fst c) (snd c))); auto.
Qed.
(** what is looked for once, at the sum that is asked for: an average of what is positive is positive *)
Ltac by_average ::= match goal with
  | D : deep |- 0 < Sum ?A (fun a => Sum ?B (fun b => @?w a b * @?f a b)) => clear D; apply (mean_pos_two A B w f);
      [ intros; nn | let a := fresh "a" in let b := fresh "b" in let H := fresh in intros a b H; cbv beta in *; split_pos; pos | solve [eq_core] ]
  | D : deep |- 0 < Sum ?A (fun a => @?w a * @?f a) => clear D; apply (mean_pos A w f);
      [ intros; nn | let a := fresh "a" in let H := fresh in intros a H; cbv beta in *; split_pos; pos | solve [eq_core] ]
  end.
Ltac by_jensen_two A B w f :=
  eapply gap_le; [ refine (Jensen2 A B w f _ _ _); cbv beta;
    first [ solve [ intros; nn ] | solve [ let a := fresh "a" in let b := fresh "b" in let H := fresh in
                                           intros a b H; split_pos; pos ] | solve [ eq_step ] ]
  | cbv beta; solve [eq_step] ].
Ltac is_mean := lazymatch goal with |- ?c * IZR (?h - ?l + 1) = 1 =>
  try replace (h - l + 1)%Z with h by lia; rewrite ?plus_IZR, ?minus_IZR; field; nzs end.
Ltac by_mean A w l h c f :=
  eapply gap_le; [ eapply (E_mono A w (fun u => c * Sum (upto l h) (fun i => ln (f u i))) (fun u => ln (c * Sum (upto l h) (f u))));
    [ side | let u := fresh "u" in let H := fresh in intros u H; cbv beta; split_pos_of H;
      apply mean_of_logs; [ pos | is_mean | lia | let i := fresh "i" in let Hi := fresh in intros i Hi; pos ] ]
  | cbv beta; solve [eq_step] ].
Ltac by_mean_square A w l h c f :=
  eapply gap_le; [ eapply (E_mono A w (fun u => (c * Sum (upto l h) (f u)) ^ 2) (fun u => c * Sum (upto l h) (fun i => f u i ^ 2)));
    [ side | let u := fresh "u" in let H := fresh in intros u H; cbv beta;
      apply mean_of_squares; [ nn | is_mean | lia ] ]
  | cbv beta; solve [eq_step] ].
(** averages of logarithms of shares *)
Ltac shares := cbv beta; lazymatch goal with
  | |- Sum _ _ <= _ => eapply Sum_le; let a := fresh "a" in intros a; shares
  | |- _ * ln (?f / Sum (upto ?l ?h) ?s) <= _ => apply weighed_le; [ nn | intros; split_pos;
      match f with context [_ ?j] => refine (ln_share l h s j _ _ _); [ lia | intros; nn | cbv beta; pos ] end ]
  end.
Ltac by_shares := match goal with |- context [Sum ?A ?f] =>
  lazymatch f with context [ln (_ / Sum (upto _ _) _)] => idtac end;
  eapply (gap_le _ _ (Sum A f)); [ shares | cbv beta; solve [eq_step] ] end.
Ltac search_more ::= elbo_unfold; match goal with
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * ln (?c * Sum (upto ?l ?h) (@?f u)))] => by_mean (seqs A p v) w l h c f
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * ln (Sum (upto ?l ?h) (@?f u) * ?c))] => by_mean (seqs A p v) w l h c f
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * ln (Sum (upto ?l ?h) (@?f u) / ?c))] => by_mean (seqs A p v) w l h (/ c) f
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * (?c * Sum (upto ?l ?h) (@?f u)) ^ 2)] => by_mean_square (seqs A p v) w l h c f
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * (Sum (upto ?l ?h) (@?f u) * ?c) ^ 2)] => by_mean_square (seqs A p v) w l h c f
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * (Sum (upto ?l ?h) (@?f u) / ?c) ^ 2)] => by_mean_square (seqs A p v) w l h (/ c) f
  | |- _ => by_shares
  | |- context [Sum (seqs ?A ?p ?v) (fun u => @?w u * ln (@?f u))] => by_jensen (seqs A p v) w f
  | |- context [Sum ?A (fun a => Sum ?B (fun b => @?w a b * ln (@?f a b)))] => by_jensen_two A B w f
  | |- context [ln (Sum ?A (fun a => Sum ?B (fun b => @?w a b * @?f a b)))] => by_jensen_two A B w f
  end.
